using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Torque that drives the angles of a ball joint to wanted ones, and of its damping. Inputs are the x and y axes of the
/// parent, the y and z axes of the child, the relative angular velocity of parent and child, and the wanted angles
/// [rad]; parameters are strength [N m/rad] and damping [N m s/rad]; outputs are the torques on parent and child.
/// </summary>
internal sealed class BallTorque : IRepeatedTerm
{
    public int Inputs => 18;

    public int Parameters => 2;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)1 > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> x = Vectors.Read(inputs), y = Vectors.Read(inputs[6..]), z = Vectors.Read(inputs[9..]);
        var angles = BallAngles<T>.Of(x, Vectors.Read(inputs[3..]), y, z);
        var torque = (parameters[0] * (((inputs[15] - angles.First) * x)
                + ((inputs[16] - angles.Second) * y)
                + ((inputs[17] - angles.Third) * z)))
            + (parameters[1] * Vectors.Read(inputs[12..]));
        Vectors.Write(-torque, outputs);
        Vectors.Write(torque, outputs[3..]);
    }
}
