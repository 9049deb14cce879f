using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// The external forces on the bodies (MuJoCo's cfrc_ext) as observations, without the world, which is the first body.
/// </summary>
internal static class BodyForces
{
    /// <summary>Components per body: torque, then force.</summary>
    public const int Size = 6;

    public static IEnumerable<Dimension> Dimensions(MjModel model) => Spaces.OfBodies(
        model,
        ("external torque x", "N m"),
        ("external torque y", "N m"),
        ("external torque z", "N m"),
        ("external force x", "N"),
        ("external force y", "N"),
        ("external force z", "N"));
}
