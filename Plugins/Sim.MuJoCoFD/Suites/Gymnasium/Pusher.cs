using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the pusher.</summary>
public sealed class PusherOptions : MuJoCoOptions
{
    /// <summary>Weight of the distance between the arm's fork tips and the object. Default 0.5.</summary>
    [Range(-1e9, 1e9)]
    public double RewardNearWeight { get; set; } = 0.5;

    /// <summary>Weight of the distance between the object and the goal. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double RewardDistWeight { get; set; } = 1;

    /// <summary>Weight of the control cost, the sum of squared actions. Default 0.1.</summary>
    [Range(0, 1e9)]
    public double RewardControlWeight { get; set; } = 0.1;
}

/// <summary>An arm pushes a disc to a goal. The formulas are those of Gymnasium's Pusher-v5.</summary>
internal sealed class Pusher(PusherOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/pusher-v5";

    private const int Joints = 7;
    private const double ClearOfGoal = 0.17;

    private readonly int tips = 3 * model.Id(MjObject.Body, "fork tips");
    private readonly int disc = 3 * model.Id(MjObject.Body, "object");
    private readonly int goal = 3 * model.Id(MjObject.Body, "goal");

    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 5,
        EpisodeLength = 100,
        Observation =
        [
            .. Spaces.Positions(model).Take(Joints),
            .. Spaces.Velocities(model).Take(Joints),
            .. Spaces.Components("fork tips", "m", "xyz"),
            .. Spaces.Components("object", "m", "xyz"),
            .. Spaces.Components("goal", "m", "xyz"),
        ],
        Predictive = false,
    };

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        Span<double> qpos = start.Qpos, qvel = start.Qvel;
        do
        {
            (qpos[Joints], qpos[Joints + 1]) = (noise.Uniform(-0.3, 0), noise.Within(0.2));
        }
        while (Math.Sqrt((qpos[Joints] * qpos[Joints]) + (qpos[Joints + 1] * qpos[Joints + 1])) <= ClearOfGoal);
        qpos[(Joints + 2)..].Clear();
        foreach (ref double v in qvel[..Joints]) v += noise.Within(0.005);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        snapshot.Qpos[..Joints].CopyTo(observation);
        snapshot.Qvel[..Joints].CopyTo(observation[Joints..]);
        var points = snapshot.Data.XPos;
        points.Slice(tips, 3).CopyTo(observation[(2 * Joints)..]);
        points.Slice(disc, 3).CopyTo(observation[((2 * Joints) + 3)..]);
        points.Slice(goal, 3).CopyTo(observation[((2 * Joints) + 6)..]);
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        var points = after.Data.XPos;
        double near = Formulas.Distance(points.Slice(disc, 3), points.Slice(tips, 3));
        double distance = Formulas.Distance(points.Slice(disc, 3), points.Slice(goal, 3));
        double reward = -(options.RewardNearWeight * near) - (options.RewardDistWeight * distance)
            - (options.RewardControlWeight * Formulas.SumOfSquares(action));
        return (reward, false);
    }
}
