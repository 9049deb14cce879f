using MbMix.Differentiation;
using MbMix.Simulation;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Computes the quantities of a task from a state and, where they are derived, from the simulation.</summary>
internal sealed class QuantityReader
{
    private readonly Quantity[] quantities;
    private readonly int[] roots;
    private readonly double[] startUps;

    public QuantityReader(MjModel model, IReadOnlyList<Quantity> quantities)
    {
        this.quantities = [.. quantities];
        roots = [.. model.Integers("body_rootid")];
        using var start = new MjData(model);
        start.Forward();
        startUps = new double[3 * model.NBody];
        for (int body = 0; body < model.NBody; body++)
            start.XMat.Slice((9 * body) + 6, 3).CopyTo(startUps.AsSpan(3 * body));
    }

    /// <summary>Everything that MuJoCo computes.</summary>
    public static IReadOnlySet<QuantityKind> Supported { get; } =
        new HashSet<QuantityKind>(Enum.GetValues<QuantityKind>());

    /// <summary>Writes the quantities.</summary>
    /// <param name="snapshot">What the task sees.</param>
    /// <param name="values">Receives the quantities [Q].</param>
    public void Read(in TaskSnapshot snapshot, Span<Real> values)
    {
        for (int i = 0; i < quantities.Length; i++)
        {
            var (kind, index, axis) = quantities[i];
            values[i] = kind switch
            {
                QuantityKind.Position => snapshot.Qpos[index],
                QuantityKind.Velocity => snapshot.Qvel[index],
                QuantityKind.Activation => snapshot.Act[index],
                QuantityKind.BodyPosition => snapshot.Data.XPos[(3 * index) + axis],
                QuantityKind.BodyUp => Up(snapshot.Data, index),
                QuantityKind.BodyVelocity => Velocity(snapshot.Data, index, axis),
                QuantityKind.BodyAngularVelocity => snapshot.Data.Cvel[(6 * index) + axis],
                QuantityKind.SitePosition => snapshot.Data.SiteXpos[(3 * index) + axis],
                // the world's subtree is everything
                QuantityKind.Center => snapshot.Data.SubtreeCom[axis],
                QuantityKind.Sensor => snapshot.Data.SensorData[index],
                QuantityKind.ActuatorForce => snapshot.Data.ActuatorForce[index],
                QuantityKind.TendonLength => snapshot.Data.TendonLength[index],
                QuantityKind.TendonVelocity => snapshot.Data.TendonVelocity[index],
                _ => Contact(snapshot.Data, index),
            };
        }
    }

    // the last row of the rotation since the start, times the vertical axis
    private double Up(MjData data, int body)
    {
        var row = data.XMat.Slice((9 * body) + 6, 3);
        int at = 3 * body;
        return (row[0] * startUps[at]) + (row[1] * startUps[at + 1]) + (row[2] * startUps[at + 2]);
    }

    // MuJoCo keeps the velocity of the point of the body that is at the center of mass of its kinematic tree
    private double Velocity(MjData data, int body, int axis)
    {
        ReadOnlySpan<double> twist = data.Cvel.Slice(6 * body, 6);
        ReadOnlySpan<double> origin = data.XPos.Slice(3 * body, 3);
        ReadOnlySpan<double> center = data.SubtreeCom.Slice(3 * roots[body], 3);
        int a = (axis + 1) % 3, b = (axis + 2) % 3;
        return twist[3 + axis] + (twist[a] * (origin[b] - center[b])) - (twist[b] * (origin[a] - center[a]));
    }

    private static double Contact(MjData data, int body)
    {
        var force = data.CfrcExt.Slice((6 * body) + 3, 3);
        return Math.Sqrt((force[0] * force[0]) + (force[1] * force[1]) + (force[2] * force[2]));
    }
}
