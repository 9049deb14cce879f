using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The contacts of a <see cref="PositionBasedWorld"/>. They act in groups: points on the ground, pairs of capsules, and
/// pairs whose second capsule counts as motionless. What the contacts of a group do to a body is averaged, not added.
/// </summary>
internal sealed class ContactTerms
{
    // what push and brake read of each body
    private const int PerPush = 24, PerBrake = 27, PerTotal = 7;

    private readonly int count;
    private readonly double substep;
    private readonly double gravity;
    private readonly (int Body, double[] Parameters)[] points;
    private readonly (CapsulePair Pair, double[] Parameters)[] mutual;
    private readonly (CapsulePair Pair, double[] Parameters)[] oneWay;

    public ContactTerms(
        RigidBody[] bodies, GroundPoint[] points, CapsulePair[] pairs, double friction, double substep, double gravity)
    {
        (count, this.substep, this.gravity) = (bodies.Length, substep, gravity);
        this.points = [.. points.Select(p =>
            (p.Body, (double[])[.. p.Center, p.Radius, .. bodies[p.Body].Inverses, friction]))];
        var described = pairs.Select(pair => (Pair: pair, Parameters: (double[])
        [
            .. pair.First.HalfAxis, pair.First.Radius, .. pair.Second.HalfAxis, pair.Second.Radius,
            .. bodies[pair.First.Body].Inverses, .. bodies[pair.Second.Body].Inverses, friction,
        ]));
        mutual = [.. described.Where(p => !p.Pair.OneWay)];
        oneWay = [.. described.Where(p => p.Pair.OneWay)];
        Touching = [.. points.Select(p => p.Body)
            .Concat(pairs.Select(p => p.First.Body))
            .Concat(pairs.Where(p => !p.OneWay).Select(p => p.Second.Body))
            .Distinct().Order()];
    }

    /// <summary>The bodies that contacts can move, in order.</summary>
    public int[] Touching { get; }

    /// <summary>Computes displacement and rotation vector of each body.</summary>
    /// <param name="positions">Positions of the bodies.</param>
    /// <param name="rotations">Rotations of the bodies.</param>
    /// <param name="starts">Positions at the start of the substep.</param>
    /// <param name="startRotations">Rotations at the start of the substep.</param>
    public (Vector3<T> Move, Vector3<T> Turn)[] Push<T>(
        Vector3<T>[] positions, Matrix3<T>[] rotations, Vector3<T>[] starts, Matrix3<T>[] startRotations)
        where T : struct, IScalar<T>
    {
        var values = new List<T>();
        for (int i = 0; i < count; i++)
        {
            values.AddAll(positions[i]);
            values.AddMatrix(rotations[i]);
            values.AddAll(starts[i]);
            values.AddMatrix(startRotations[i]);
        }
        return Sum(values, PerPush, new GroundPush(), new CapsulePush(false), new CapsulePush(true));
    }

    /// <summary>Computes the changes of velocity and angular velocity of each body.</summary>
    /// <param name="positions">Positions when contacts were found.</param>
    /// <param name="rotations">Rotations when contacts were found.</param>
    /// <param name="after">States of the bodies after positions were corrected.</param>
    /// <param name="before">Their velocities before.</param>
    public (Vector3<T> Move, Vector3<T> Turn)[] Brake<T>(
        Vector3<T>[] positions,
        Matrix3<T>[] rotations,
        BodyState<T>[] after,
        (Vector3<T> Velocity, Vector3<T> Turning)[] before)
        where T : struct, IScalar<T>
    {
        var values = new List<T>();
        for (int i = 0; i < count; i++)
        {
            values.AddAll(positions[i]);
            values.AddMatrix(rotations[i]);
            values.AddAll(after[i].Position, after[i].Velocity, after[i].Turning);
            values.AddAll(before[i].Velocity, before[i].Turning);
        }
        return Sum(
            values,
            PerBrake,
            new GroundBrake(substep, gravity),
            new CapsuleBrake(false, substep, gravity),
            new CapsuleBrake(true, substep, gravity));
    }

    private (Vector3<T> Move, Vector3<T> Turn)[] Sum<T, TGround, TPair>(
        List<T> list, int size, TGround ground, TPair both, TPair one)
        where T : struct, IScalar<T>
        where TGround : IRepeatedTerm
        where TPair : IRepeatedTerm
    {
        T[] values = [.. list];
        var sums = new (Vector3<T> Move, Vector3<T> Turn)[count];
        Array.Fill(sums, (Vector3<T>.Zero, Vector3<T>.Zero));
        int[] Of(int body) => [.. Enumerable.Range(body * size, size)];
        int[] Totals(int body) => [.. Enumerable.Range(body * PerTotal, PerTotal)];
        Average(ground, points.Select(p => new TermInstance(Of(p.Body), p.Parameters, Totals(p.Body))));
        Average(both, mutual.Select(p => new TermInstance(
            [.. Of(p.Pair.First.Body), .. Of(p.Pair.Second.Body)],
            p.Parameters,
            [.. Totals(p.Pair.First.Body), .. Totals(p.Pair.Second.Body)])));
        Average(one, oneWay.Select(p => new TermInstance(
            [.. Of(p.Pair.First.Body), .. Of(p.Pair.Second.Body)], p.Parameters, Totals(p.Pair.First.Body))));
        return sums;

        void Average<TTerm>(TTerm term, IEnumerable<TermInstance> instances)
            where TTerm : IRepeatedTerm
        {
            var totals = new T[count * PerTotal];
            Array.Fill(totals, (T)0);
            T.AddTerms(term, [.. instances], values, totals);
            for (int i = 0; i < count; i++)
            {
                var t = totals.AsSpan(i * PerTotal, PerTotal);
                T share = (T)1 / T.Max(1, t[6]);
                sums[i].Move += share * Vectors.Read<T>(t);
                sums[i].Turn += share * Vectors.Read<T>(t[3..]);
            }
        }
    }
}
