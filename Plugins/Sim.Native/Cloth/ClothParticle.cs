using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A substep of one particle of a cloth: gravity, friction on the table, damping, the gripper, and semi-implicit Euler.
/// Inputs are position, velocity and force of the springs (three numbers each), the center of the gripper, its
/// displacement in this substep, and whether it is open (1) or closed (0). Outputs are the new position and velocity.
/// </summary>
/// <remarks>
/// The gripper is a ball. While it is closed, particles inside it have no velocity of their own and move with it; which
/// ones those are has no derivative, unless the grasp is soft: then it fades with the distance from the center.
/// </remarks>
/// <param name="material">The material.</param>
/// <param name="softGrasp">Whether the grasp is soft.</param>
/// <param name="stableGradient">
/// Whether friction only slows a particle in the derivative, and does not turn it around as it does in a substep that
/// is too long for the slowest particles.
/// </param>
internal sealed class ClothParticle(ClothMaterial material, bool softGrasp, bool stableGradient) : IRepeatedTerm
{
    /// <summary>Radius of the gripper [m].</summary>
    public const double GripperRadius = 0.01;

    // a particle that is lower touches the table [m]
    private const double TouchHeight = 1e-8;

    // keeps friction smooth where a particle is at rest [m^2/s^2]
    private const double SmallSpeedSquared = 1e-8;

    public int Inputs => 16;

    public int Parameters => 0;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)0 >= 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> x = At(inputs, 0), v = At(inputs, 3), force = At(inputs, 6);
        Vector3<T> gripper = At(inputs, 9), displacement = At(inputs, 12);
        T closed = (T)1 - inputs[15], dt = material.Period, g = material.Gravity;

        if (!material.Mended) v = new(v.X, v.Y - (g * dt), v.Z);
        force = new(force.X, force.Y - (material.Mended ? (T)2 * g : g), force.Z);
        T slip = T.Sqrt((v.X * v.X) + (v.Z * v.Z) + SmallSpeedSquared);
        T drag = T.Select(x.Y <= TouchHeight, (T)material.Friction * T.Max(-force.Y, 0) / slip, 0);
        if (stableGradient)
        {
            // the same value, but a derivative of at least 0
            T kept = (T)1 - (dt * drag), left = T.Stop(T.Max(kept, 0)), rest = T.Stop(T.Min(kept, 0));
            v = new((left * v.X) + (rest * T.Stop(v.X)), v.Y, (left * v.Z) + (rest * T.Stop(v.Z)));
            drag = 0;
        }
        force = new(force.X - (drag * v.X), force.Y, force.Z - (drag * v.Z));
        v = (T)Math.Exp(-material.Damping * material.Period) * (v + (dt * force));

        var away = x - gripper;
        T square = Vector3<T>.Dot(away, away);
        T inside = softGrasp
            ? T.Exp((T)(-1 / (GripperRadius * GripperRadius)) * T.Min(square, 50 * GripperRadius * GripperRadius))
            : T.Select(square <= GripperRadius * GripperRadius, 1, 0);
        T held = inside * closed;
        v = ((T)1 - held) * v;
        x += held * displacement;

        x = new(Clip(x.X, 0, 1), Clip(x.Y, 0, 1), Clip(x.Z, 0, 1));
        T top = material.TopSpeed;
        v = new(Clip(v.X, -top, top), Clip(v.Y, -top, top), Clip(v.Z, -top, top));
        if (material.Mended) v = new(v.X, T.Select(x.Y + (dt * v.Y) <= 0, T.Max(v.Y, 0), v.Y), v.Z);
        x += dt * v;
        (outputs[0], outputs[1], outputs[2]) = (x.X, x.Y, x.Z);
        (outputs[3], outputs[4], outputs[5]) = (v.X, v.Y, v.Z);
    }

    private static Vector3<T> At<T>(ReadOnlySpan<T> inputs, int first)
        where T : struct, IScalar<T> => new(inputs[first], inputs[first + 1], inputs[first + 2]);

    private static T Clip<T>(T value, T low, T high)
        where T : struct, IScalar<T> => T.Max(low, T.Min(high, value));
}
