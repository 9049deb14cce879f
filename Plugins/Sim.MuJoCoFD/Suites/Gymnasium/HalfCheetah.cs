using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the half-cheetah.</summary>
public sealed class HalfCheetahOptions : MuJoCoOptions
{
    /// <summary>Weight of the speed along x in the reward. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double ForwardRewardWeight { get; set; } = 1;

    /// <summary>Weight of the control cost, the sum of squared actions. Default 0.1.</summary>
    [Range(0, 1e9)]
    public double CtrlCostWeight { get; set; } = 0.1;

    /// <summary>Scale of the random perturbation of the start state. Default 0.1.</summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 0.1;

    /// <summary>Leave the horizontal position of the root out of the observation. Default true.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; set; } = true;
}

/// <summary>A planar cheetah runs along x. The formulas are those of Gymnasium's HalfCheetah-v5.</summary>
internal sealed class HalfCheetah(HalfCheetahOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/half-cheetah-v5";

    private readonly Runner runner = new(
        options,
        model,
        Id,
        frameSkip: 5,
        omitted: options.ExcludeCurrentPositionsFromObservation ? 1 : 0,
        invariant: [0]);

    public TaskTraits Traits => runner.Traits;

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += options.ResetNoiseScale * noise.Normal();
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        runner.Observe(snapshot, observation);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double reward = (options.ForwardRewardWeight * runner.Speed(before, after))
            - (options.CtrlCostWeight * Formulas.SumOfSquares(action));
        return (reward, false);
    }
}
