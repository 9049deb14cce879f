using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.Native;

/// <summary>
/// The chart of an articulated robot whose first link may be free and whose joints may be balls. A tangent has one component per velocity
/// component, twice: rotation vectors (in world axes for the torso, in the joint frame for a ball; angular part first for the torso) and
/// displacements, then changes of velocity. The torso's linear velocity is that of its origin, not the twist's.
/// </summary>
internal sealed class ArticulatedChart : IStateChart
{
    private readonly ArticulatedBody body;
    private readonly bool free;
    private readonly int positions;
    private readonly int velocities;
    private readonly List<(JointKind Kind, int Position, int Count)> runs = [];

    public ArticulatedChart(ArticulatedBody body)
    {
        this.body = body;
        positions = body.Positions;
        velocities = body.Velocities;
        free = body.Robot.Links[0].Joint == JointKind.Free;
        for (int link = 0; link < body.Robot.Links.Length; link++)
        {
            var joint = body.Robot.Links[link].Joint;
            if (joint != JointKind.Fixed) Append(joint, body.PositionOf(link));
        }
    }

    public int TangentSize => 2 * velocities;

    /// <summary>All of position and velocity but the torso's horizontal position.</summary>
    public int FeatureSize => positions + velocities - (free ? 2 : 0);

    public Tensor Features(Tensor state)
    {
        var velocity = PointVelocities(state);
        var position = state.narrow(1, 0, positions);
        return free
            ? torch.cat([position.narrow(1, 1, 1), position.narrow(1, 3, positions - 3), velocity], 1)
            : torch.cat([position, velocity], 1);
    }

    public Tensor Difference(Tensor from, Tensor to)
    {
        var parts = new List<Tensor>();
        foreach (var (kind, q, count) in runs)
        {
            Tensor Part(Tensor state, int first, int count) => state.narrow(1, q + first, count);
            switch (kind)
            {
                case JointKind.Free:
                    parts.Add(Rotations.Log(Rotations.Multiply(Part(to, 3, 4), Rotations.Conjugate(Part(from, 3, 4)))));
                    parts.Add(Part(to, 0, 3) - Part(from, 0, 3));
                    break;
                case JointKind.Ball:
                    parts.Add(Rotations.Log(Rotations.Multiply(Part(to, 0, 4), Rotations.Conjugate(Part(from, 0, 4)))));
                    break;
                default:
                    parts.Add(Part(to, 0, count) - Part(from, 0, count));
                    break;
            }
        }
        parts.Add(PointVelocities(to) - PointVelocities(from));
        return torch.cat([.. parts], 1);
    }

    public Tensor Integrate(Tensor state, Tensor tangent)
    {
        var parts = new List<Tensor>();
        int t = 0;
        Tensor Next(int size)
        {
            t += size;
            return tangent.narrow(1, t - size, size);
        }
        foreach (var (kind, q, count) in runs)
        {
            switch (kind)
            {
                case JointKind.Free:
                    var turned = Rotations.Multiply(Rotations.Exp(Next(3)), state.narrow(1, q + 3, 4));
                    parts.Add(state.narrow(1, q, 3) + Next(3));
                    parts.Add(turned);
                    break;
                case JointKind.Ball:
                    parts.Add(Rotations.Multiply(Rotations.Exp(Next(3)), state.narrow(1, q, 4)));
                    break;
                default:
                    parts.Add(state.narrow(1, q, count) + Next(count));
                    break;
            }
        }
        var velocity = PointVelocities(state) + Next(velocities);
        if (!free) return torch.cat([.. parts, velocity], 1);

        // back to the twist about the world origin, at the new position
        var angular = velocity.narrow(1, 0, 3);
        var linear = velocity.narrow(1, 3, 3) - torch.linalg.cross(angular, parts[0], 1);
        return torch.cat([.. parts, angular, linear, velocity.narrow(1, 6, velocities - 6)], 1);
    }

    /// <summary>Velocities with the torso's linear part as that of its origin: v + w x p.</summary>
    private Tensor PointVelocities(Tensor state)
    {
        var velocity = state.narrow(1, positions, velocities);
        if (!free) return velocity;
        var angular = velocity.narrow(1, 0, 3);
        var linear = velocity.narrow(1, 3, 3) + torch.linalg.cross(angular, state.narrow(1, 0, 3), 1);
        return torch.cat([angular, linear, velocity.narrow(1, 6, velocities - 6)], 1);
    }

    // joints of one coordinate that follow each other are one part: a chart's cost is its number of tensor operations
    private void Append(JointKind joint, int position)
    {
        if (joint is not (JointKind.Free or JointKind.Ball) && runs.Count > 0 && runs[^1] is var last && last.Kind is not (JointKind.Free or JointKind.Ball) && last.Position + last.Count == position)
            runs[^1] = last with { Count = last.Count + 1 };
        else
            runs.Add((joint, position, 1));
    }
}
