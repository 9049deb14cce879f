using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The segment of a muscle between two links: a string that pulls its ends together with its full tension times the
/// activation. Inputs of the term are rotation and position of both links and the activation, parameters are the two
/// points in the frames of their links and the full tension, and outputs are the wrenches on both links.
/// </summary>
internal sealed class MuscleSegment : IRepeatedTerm
{
    public int Inputs => 25;

    public int Parameters => 7;

    public int Outputs => 12;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)0 >= 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> from = InWorld(inputs[..12], parameters[..3]), to = InWorld(inputs[12..24], parameters[3..6]);
        var along = to - from;
        T scale = parameters[6] * inputs[24] / T.Sqrt(Vector3<T>.Dot(along, along));
        var pull = scale * along;

        // both forces act along the same line, so the wrenches differ only in sign
        var torque = Vector3<T>.Cross(from, pull);
        (outputs[0], outputs[1], outputs[2]) = (torque.X, torque.Y, torque.Z);
        (outputs[3], outputs[4], outputs[5]) = (pull.X, pull.Y, pull.Z);
        for (int i = 0; i < 6; i++) outputs[6 + i] = -outputs[i];
    }

    private static Vector3<T> InWorld<T>(ReadOnlySpan<T> frame, ReadOnlySpan<T> point)
        where T : struct, IScalar<T> => new Vector3<T>(frame[9], frame[10], frame[11]) + (new Matrix3<T>(
            new(frame[0], frame[1], frame[2]),
            new(frame[3], frame[4], frame[5]),
            new(frame[6], frame[7], frame[8])) * new Vector3<T>(point[0], point[1], point[2]));
}
