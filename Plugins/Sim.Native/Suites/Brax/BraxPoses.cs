using System.Numerics;
using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Poses of the bodies of a <see cref="BraxState"/> for a scene; the target is the last body.</summary>
internal static class BraxPoses
{
    /// <summary>The shape of the target.</summary>
    /// <param name="layout">The components of a state.</param>
    /// <param name="radius">Radius [m].</param>
    public static SceneShape Target(BraxState layout, double radius) =>
        new(ShapeKind.Sphere, new Vector3((float)radius, 0, 0))
        {
            Body = layout.Moving.Length + layout.Prescribed.Length,
            Color = new(0.9f, 0.3f, 0.2f, 0.5f),
        };

    /// <summary>Fills in the poses, and which of the points, one per body that contacts can move, touch.</summary>
    public static void Fill(BraxState layout, ReadOnlySpan<double> state, LanePose pose)
    {
        for (int i = 0; i < layout.Moving.Length; i++)
        {
            var body = state.Slice(i * BodyState<Real>.Size, BodyState<Real>.Size);
            double norm = 0;
            foreach (double q in body.Slice(3, 4)) norm += q * q;
            norm = Math.Sqrt(norm);
            pose.Place(i, body[0], body[1], body[2]);
            pose.Turn(i, body[3] / norm, body[4] / norm, body[5] / norm, body[6] / norm);
        }

        // prescribed bodies, then the target
        for (int i = 0; i <= layout.Prescribed.Length; i++)
        {
            var at = state[(layout.Places + (3 * i))..];
            pose.Place(layout.Moving.Length + i, at[0], at[1], at[2]);
        }
        for (int i = 0; i < layout.Touching.Length; i++) pose.Touching[i] = state[layout.Flags + i] > 0.5;
    }
}
