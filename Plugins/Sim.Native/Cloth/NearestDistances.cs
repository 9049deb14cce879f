using System.Buffers;
using System.Numerics;
using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// How far a cloud of points is from a fixed one: the mean distance of a point from the nearest fixed one, plus the
/// mean distance of a fixed point from the nearest of the cloud (the Chamfer distance). The distance of two points is
/// the root of the mean of the squared differences of their three coordinates. A derivative goes to the nearest points
/// alone; at a tie to the first, and at distance 0 it is 0.
/// </summary>
/// <param name="fixedPoints">Three coordinates per fixed point.</param>
/// <param name="count">Number of points of the cloud.</param>
internal sealed class NearestDistances(double[] fixedPoints, int count) : ILaneFunction
{
    private readonly int goals = fixedPoints.Length / 3;

    public int Inputs => 3 * count;

    public int Outputs => 1;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, Span<T> outputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var nearest = new Nearest<T>(inputs, fixedPoints, lanes);
        for (int l = 0; l < lanes; l++)
        {
            T fromCloud = T.Zero, fromGoals = T.Zero;
            for (int i = 0; i < count; i++) fromCloud += Distance(nearest.OfPoint(i, l).Square);
            for (int j = 0; j < goals; j++) fromGoals += Distance(nearest.OfGoal(j, l).Square);
            outputs[l] = (fromCloud / T.CreateTruncating(count)) + (fromGoals / T.CreateTruncating(goals));
        }
        nearest.Return();
    }

    public void Pullback<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> dOutputs, Span<T> dInputs, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var nearest = new Nearest<T>(inputs, fixedPoints, lanes);
        dInputs.Clear();
        for (int l = 0; l < lanes; l++)
        {
            T cloudShare = dOutputs[l] / T.CreateTruncating(count), goalShare = dOutputs[l] / T.CreateTruncating(goals);
            for (int i = 0; i < count; i++)
            {
                var (square, j) = nearest.OfPoint(i, l);
                Add(inputs, dInputs, i, j, l, lanes, square, cloudShare);
            }
            for (int j = 0; j < goals; j++)
            {
                var (square, i) = nearest.OfGoal(j, l);
                Add(inputs, dInputs, i, j, l, lanes, square, goalShare);
            }
        }
        nearest.Return();
    }

    private static T Distance<T>(T square)
        where T : IBinaryFloatingPointIeee754<T> => T.Sqrt(square / T.CreateTruncating(3));

    // the derivative of the distance of point i and goal j by the coordinates of the point
    private void Add<T>(
        ReadOnlySpan<T> points, Span<T> dPoints, int point, int goal, int lane, int lanes, T square, T share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (square == T.Zero) return;
        T scale = share / (T.CreateTruncating(3) * Distance(square));
        for (int k = 0; k < 3; k++)
        {
            int place = (((3 * point) + k) * lanes) + lane;
            dPoints[place] += scale * (points[place] - T.CreateTruncating(fixedPoints[(3 * goal) + k]));
        }
    }

    /// <summary>For each point and each fixed point, the nearest of the others, found by comparing all pairs.</summary>
    private readonly ref struct Nearest<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int width;
        private readonly int points;
        private readonly T[] square;
        private readonly T[] index;

        public Nearest(ReadOnlySpan<T> inputs, double[] goals, int lanes)
        {
            points = inputs.Length / (3 * lanes);
            int others = goals.Length / 3, step = Vector<T>.Count;
            width = (lanes + step - 1) / step * step;
            square = ArrayPool<T>.Shared.Rent((points + others) * width);
            index = ArrayPool<T>.Shared.Rent((points + others) * width);
            Span<T> padded = stackalloc T[3 * width];
            T[] fixedAt = Array.ConvertAll(goals, T.CreateTruncating);
            square.AsSpan(0, (points + others) * width).Fill(T.PositiveInfinity);
            index.AsSpan(0, (points + others) * width).Clear();
            for (int i = 0; i < points; i++)
            {
                for (int k = 0; k < 3; k++)
                    inputs.Slice(((3 * i) + k) * lanes, lanes).CopyTo(padded[(k * width)..]);
                for (int at = 0; at < width; at += step)
                {
                    Vector<T> x = new(padded[at..]), y = new(padded[(width + at)..]);
                    Vector<T> z = new(padded[((2 * width) + at)..]);
                    Vector<T> best = new(T.PositiveInfinity), bestIndex = Vector<T>.Zero;
                    var self = new Vector<T>(T.CreateTruncating(i));
                    for (int j = 0; j < others; j++)
                    {
                        var dx = x - new Vector<T>(fixedAt[3 * j]);
                        var dy = y - new Vector<T>(fixedAt[(3 * j) + 1]);
                        var dz = z - new Vector<T>(fixedAt[(3 * j) + 2]);
                        var apart = (dx * dx) + (dy * dy) + (dz * dz);
                        var closer = Vector.LessThan(apart, best);
                        best = Vector.ConditionalSelect(closer, apart, best);
                        bestIndex = Vector.ConditionalSelect(closer, new Vector<T>(T.CreateTruncating(j)), bestIndex);
                        int other = ((points + j) * width) + at;
                        var theirs = new Vector<T>(square, other);
                        var nearer = Vector.LessThan(apart, theirs);
                        Vector.ConditionalSelect(nearer, apart, theirs).CopyTo(square, other);
                        Vector.ConditionalSelect(nearer, self, new Vector<T>(index, other)).CopyTo(index, other);
                    }
                    best.CopyTo(square, (i * width) + at);
                    bestIndex.CopyTo(index, (i * width) + at);
                }
            }
        }

        public (T Square, int Index) OfPoint(int i, int lane) => At((i * width) + lane);

        public (T Square, int Index) OfGoal(int j, int lane) => At(((points + j) * width) + lane);

        public void Return()
        {
            ArrayPool<T>.Shared.Return(square);
            ArrayPool<T>.Shared.Return(index);
        }

        private (T Square, int Index) At(int place) => (square[place], int.CreateTruncating(index[place]));
    }
}
