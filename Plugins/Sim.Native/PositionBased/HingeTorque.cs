using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Torque of the motor of a hinge and of its damping. The motor has no torque where the angle is outside the limits.
/// Inputs are x and z axis of the parent, z axis of the child, the relative angular velocity of parent and child,
/// and the action; parameters are limits [rad], strength [N m] and damping [N m s/rad]; outputs are the torques on
/// parent and child.
/// </summary>
internal sealed class HingeTorque : IRepeatedTerm
{
    public int Inputs => 13;

    public int Parameters => 4;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)1 > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> x = Vectors.Read(inputs), z = Vectors.Read(inputs[3..]);
        T angle = HingeCorrection.Angle(z, Vector3<T>.Cross(x, z), Vectors.Read(inputs[6..]));
        var within = (angle >= parameters[0]) & (angle <= parameters[1]);
        var torque = (T.Select(within, parameters[2] * inputs[12], 0) * x)
            + (parameters[3] * Vectors.Read(inputs[9..]));
        Vectors.Write(-torque, outputs);
        Vectors.Write(torque, outputs[3..]);
    }
}
