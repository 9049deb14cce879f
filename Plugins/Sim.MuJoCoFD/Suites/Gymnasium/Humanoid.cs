using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the humanoid.</summary>
public sealed class HumanoidOptions : HumanoidBodyOptions
{
    /// <summary>Weight of the speed along x in the reward. Default 1.25.</summary>
    [Range(-1e9, 1e9)]
    public double ForwardRewardWeight { get; set; } = 1.25;

    /// <summary>Weight of the contact cost, the sum of squared contact forces and torques. Default 5e-7.</summary>
    [Range(0, 1e9)]
    public double ContactCostWeight { get; set; } = 5e-7;

    /// <summary>Range to which the contact cost is clipped. Default -infinity, 10.</summary>
    [Length(2, 2)]
    public double[] ContactCostRange { get; set; } = [double.NegativeInfinity, 10];

    /// <summary>Reward for each step after which the robot is healthy. Default 5.</summary>
    [Range(-1e9, 1e9)]
    public double HealthyReward { get; set; } = 5;

    /// <summary>Terminate the episode when the robot is no longer healthy. Default true.</summary>
    public bool TerminateWhenUnhealthy { get; set; } = true;

    /// <summary>Range of the torso height in which the robot is healthy [m], limits excluded. Default 1, 2.</summary>
    [Length(2, 2)]
    public double[] HealthyZRange { get; set; } = [1, 2];
}

/// <summary>A humanoid walks along x. The formulas are those of Gymnasium's Humanoid-v5.</summary>
internal sealed class Humanoid : IMuJoCoTask
{
    public const string Id = "mujoco/humanoid-v5";

    private const int FrameSkip = 5;

    private readonly HumanoidOptions options;
    private readonly double[] masses;
    private readonly double mass;
    private readonly HumanoidObservation observation;
    private readonly double dt;

    public Humanoid(HumanoidOptions options, MjModel model)
    {
        this.options = options;
        masses = model.BodyMass.ToArray();
        mass = masses.Sum();
        observation = new HumanoidObservation(options, model);
        dt = model.Timestep * (options.FrameSkip ?? FrameSkip);
        Traits = new TaskTraits
        {
            Id = Id,
            FrameSkip = FrameSkip,
            Observation = observation.Dimensions,
            ContactForces = options.IncludeCfrcExtInObservation || options.ContactCostWeight > 0,
            Predictive = false,
            Invariant = [0, 1],
            // Gymnasium measures speed by the center of mass, which lags one substep behind qpos
            Carried = [(new Dimension("mass center x", "m"), 0)],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += noise.Within(options.ResetNoiseScale);
    }

    public void Carry(MjData data, Span<double> carried)
    {
        double sum = 0;
        var centers = data.XIpos;
        for (int body = 0; body < masses.Length; body++) sum += masses[body] * centers[3 * body];
        carried[0] = sum / mass;
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        this.observation.Write(snapshot, observation);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        bool healthy = Formulas.IsWithin(after.Qpos[2], options.HealthyZRange);
        double speed = (after.Carried[0] - before.Carried[0]) / dt;
        double contact = options.ContactCostWeight * Formulas.SumOfSquares(after.Data.CfrcExt);
        double reward = (options.ForwardRewardWeight * speed) + (healthy ? options.HealthyReward : 0)
            - (options.CtrlCostWeight * Formulas.SumOfSquares(action))
            - Math.Clamp(contact, options.ContactCostRange[0], options.ContactCostRange[1]);
        return (reward, !healthy && options.TerminateWhenUnhealthy);
    }
}
