using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the reacher.</summary>
public sealed class ReacherOptions : MuJoCoOptions
{
    /// <summary>Weight of the distance between the fingertip and the target. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double RewardDistWeight { get; set; } = 1;

    /// <summary>Weight of the control cost, the sum of squared actions. Default 1.</summary>
    [Range(0, 1e9)]
    public double RewardControlWeight { get; set; } = 1;
}

/// <summary>A two-link arm reaches for a target. The formulas are those of Gymnasium's Reacher-v5.</summary>
internal sealed class Reacher(ReacherOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/reacher-v5";

    private const double TargetRadius = 0.2;

    private readonly int fingertip = 3 * model.Id(MjObject.Body, "fingertip");
    private readonly int target = 3 * model.Id(MjObject.Body, "target");

    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 2,
        EpisodeLength = 50,
        Observation =
        [
            new("cos of shoulder", "1", -1, 1),
            new("cos of elbow", "1", -1, 1),
            new("sin of shoulder", "1", -1, 1),
            new("sin of elbow", "1", -1, 1),
            new("target x", "m"),
            new("target y", "m"),
            new("shoulder velocity", "rad/s"),
            new("elbow velocity", "rad/s"),
            new("fingertip - target x", "m"),
            new("fingertip - target y", "m"),
        ],
        Predictive = false,
    };

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        Span<double> qpos = start.Qpos, qvel = start.Qvel;
        foreach (ref double q in qpos) q += noise.Within(0.1);
        do
        {
            (qpos[2], qpos[3]) = (noise.Within(TargetRadius), noise.Within(TargetRadius));
        }
        while (Math.Sqrt((qpos[2] * qpos[2]) + (qpos[3] * qpos[3])) >= TargetRadius);
        foreach (ref double v in qvel[..2]) v += noise.Within(0.005);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        var q = snapshot.Qpos;
        (observation[0], observation[1]) = (Math.Cos(q[0]), Math.Cos(q[1]));
        (observation[2], observation[3]) = (Math.Sin(q[0]), Math.Sin(q[1]));
        q[2..].CopyTo(observation[4..]);
        snapshot.Qvel[..2].CopyTo(observation[6..]);
        var points = snapshot.Data.XPos;
        for (int i = 0; i < 2; i++) observation[8 + i] = points[fingertip + i] - points[target + i];
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        var points = after.Data.XPos;
        double distance = Formulas.Distance(points.Slice(fingertip, 3), points.Slice(target, 3));
        double reward = -(options.RewardDistWeight * distance)
            - (options.RewardControlWeight * Formulas.SumOfSquares(action));
        return (reward, false);
    }
}
