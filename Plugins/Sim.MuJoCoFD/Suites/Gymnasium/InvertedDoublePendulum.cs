using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the inverted double pendulum.</summary>
public sealed class InvertedDoublePendulumOptions : MuJoCoOptions
{
    /// <summary>Reward for each step after which the tip is still up. Default 10.</summary>
    [Range(-1e9, 1e9)]
    public double HealthyReward { get; set; } = 10;

    /// <summary>Scale of the random perturbation of the start state. Default 0.1.</summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 0.1;
}

/// <summary>
/// A cart balances two poles, one on top of the other. The formulas are those of Gymnasium's InvertedDoublePendulum-v5.
/// </summary>
internal sealed class InvertedDoublePendulum(InvertedDoublePendulumOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/inverted-double-pendulum-v5";

    private const double FallenHeight = 1;

    private readonly int tip = 3 * model.Id(MjObject.Site, "tip");

    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 5,
        Observation =
        [
            new("cart", "m"),
            new("sin of pole angle", "1", -1, 1),
            new("sin of second pole angle", "1", -1, 1),
            new("cos of pole angle", "1", -1, 1),
            new("cos of second pole angle", "1", -1, 1),
            .. Spaces.Velocities(model),
            new("force of the cart's limits", "N"),
        ],
        Predictive = false,
    };

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += options.ResetNoiseScale * noise.Normal();
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        var q = snapshot.Qpos;
        observation[0] = q[0];
        (observation[1], observation[2]) = (Math.Sin(q[1]), Math.Sin(q[2]));
        (observation[3], observation[4]) = (Math.Cos(q[1]), Math.Cos(q[2]));
        snapshot.Qvel.CopyTo(observation[5..]);
        observation[8] = snapshot.Data.QfrcConstraint[0];
        Formulas.Clip(observation[5..], -10, 10);
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        var point = after.Data.SiteXpos.Slice(tip, 3);
        double x = point[0], y = point[2], v1 = after.Qvel[1], v2 = after.Qvel[2];
        bool fallen = y <= FallenHeight;
        double distanceCost = (0.01 * x * x) + ((y - 2) * (y - 2)), speedCost = (1e-3 * v1 * v1) + (5e-3 * v2 * v2);
        return ((fallen ? 0 : options.HealthyReward) - distanceCost - speedCost, fallen);
    }
}
