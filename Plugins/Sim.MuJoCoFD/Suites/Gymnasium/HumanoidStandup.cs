using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the humanoid that stands up.</summary>
public sealed class HumanoidStandupOptions : HumanoidBodyOptions
{
    /// <summary>Weight of the torso height, divided by the time step, in the reward. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double UphCostWeight { get; set; } = 1;

    /// <summary>Weight of the impact cost, the sum of squared contact forces and torques. Default 5e-7.</summary>
    [Range(0, 1e9)]
    public double ImpactCostWeight { get; set; } = 5e-7;

    /// <summary>Range to which the impact cost is clipped. Default -infinity, 10.</summary>
    [Length(2, 2)]
    public double[] ImpactCostRange { get; set; } = [double.NegativeInfinity, 10];
}

/// <summary>A lying humanoid stands up. The formulas are those of Gymnasium's HumanoidStandup-v5.</summary>
internal sealed class HumanoidStandup : IMuJoCoTask
{
    public const string Id = "mujoco/humanoid-standup-v5";

    private readonly HumanoidStandupOptions options;
    private readonly HumanoidObservation observation;
    private readonly double timestep;

    public HumanoidStandup(HumanoidStandupOptions options, MjModel model)
    {
        this.options = options;
        observation = new HumanoidObservation(options, model);
        timestep = model.Timestep;
        Traits = new TaskTraits
        {
            Id = Id,
            FrameSkip = 5,
            Observation = observation.Dimensions,
            ContactForces = options.IncludeCfrcExtInObservation || options.ImpactCostWeight > 0,
            Predictive = false,
            Invariant = [0, 1],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += noise.Within(options.ResetNoiseScale);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        this.observation.Write(snapshot, observation);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        // the published formula divides by the time step of the simulation, not by that of control
        double height = options.UphCostWeight * after.Qpos[2] / timestep;
        double impact = options.ImpactCostWeight * Formulas.SumOfSquares(after.Data.CfrcExt);
        double reward = height + 1 - (options.CtrlCostWeight * Formulas.SumOfSquares(action))
            - Math.Clamp(impact, options.ImpactCostRange[0], options.ImpactCostRange[1]);
        return (reward, false);
    }
}
