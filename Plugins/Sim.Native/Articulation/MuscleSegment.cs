using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A stretch of a muscle between two links: a string under tension, strength times activation, that pulls its ends together. Inputs: rotation and
/// position of both links, activation; parameters: the two points in their links' frames and the strength; outputs: the wrench on either link.
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
        Vector3<T> from = Place(inputs[..12], parameters[..3]), to = Place(inputs[12..24], parameters[3..6]);
        var along = to - from;
        T scale = parameters[6] * inputs[24] / T.Sqrt(Vector3<T>.Dot(along, along));
        var pull = scale * along;

        // both ends are on one line of force, so both wrenches are the same up to sign
        var torque = Vector3<T>.Cross(from, pull);
        (outputs[0], outputs[1], outputs[2]) = (torque.X, torque.Y, torque.Z);
        (outputs[3], outputs[4], outputs[5]) = (pull.X, pull.Y, pull.Z);
        for (int i = 0; i < 6; i++) outputs[6 + i] = -outputs[i];
    }

    private static Vector3<T> Place<T>(ReadOnlySpan<T> frame, ReadOnlySpan<T> point)
        where T : struct, IScalar<T> => new Vector3<T>(frame[9], frame[10], frame[11]) + (new Matrix3<T>(
            new(frame[0], frame[1], frame[2]),
            new(frame[3], frame[4], frame[5]),
            new(frame[6], frame[7], frame[8])) * new Vector3<T>(point[0], point[1], point[2]));
}
