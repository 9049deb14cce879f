using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the walker.</summary>
public sealed class Walker2dOptions : MuJoCoOptions
{
    /// <summary>Weight of the speed along x in the reward. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double ForwardRewardWeight { get; set; } = 1;

    /// <summary>Weight of the control cost, the sum of squared actions. Default 1e-3.</summary>
    [Range(0, 1e9)]
    public double CtrlCostWeight { get; set; } = 1e-3;

    /// <summary>Reward for each step after which the robot is healthy. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double HealthyReward { get; set; } = 1;

    /// <summary>Terminate the episode when the robot is no longer healthy. Default true.</summary>
    public bool TerminateWhenUnhealthy { get; set; } = true;

    /// <summary>Range of the torso height in which the robot is healthy [m], limits excluded. Default 0.8, 2.</summary>
    [Length(2, 2)]
    public double[] HealthyZRange { get; set; } = [0.8, 2];

    /// <summary>Range of the pitch in which the robot is healthy [rad], limits excluded. Default -1, 1.</summary>
    [Length(2, 2)]
    public double[] HealthyAngleRange { get; set; } = [-1, 1];

    /// <summary>Scale of the random perturbation of the start state. Default 5e-3.</summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 5e-3;

    /// <summary>Leave the horizontal position of the root out of the observation. Default true.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; set; } = true;
}

/// <summary>A planar two-legged robot walks along x. The formulas are those of Gymnasium's Walker2d-v5.</summary>
internal sealed class Walker2d(Walker2dOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/walker2d-v5";

    private readonly Runner runner = new(
        options,
        model,
        Id,
        frameSkip: 4,
        omitted: options.ExcludeCurrentPositionsFromObservation ? 1 : 0,
        invariant: [0]);

    public TaskTraits Traits => runner.Traits;

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += noise.Within(options.ResetNoiseScale);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        runner.ObserveClipped(snapshot, observation);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        bool healthy = Formulas.IsWithin(after.Qpos[1], options.HealthyZRange)
            && Formulas.IsWithin(after.Qpos[2], options.HealthyAngleRange);
        double reward = (options.ForwardRewardWeight * runner.Speed(before, after))
            + (healthy ? options.HealthyReward : 0)
            - (options.CtrlCostWeight * Formulas.SumOfSquares(action));
        return (reward, !healthy && options.TerminateWhenUnhealthy);
    }
}
