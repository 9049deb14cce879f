using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the ant.</summary>
public sealed class AntOptions : MuJoCoOptions
{
    /// <summary>Weight of the speed along x in the reward. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double ForwardRewardWeight { get; set; } = 1;

    /// <summary>Weight of the control cost, the sum of squared actions. Default 0.5.</summary>
    [Range(0, 1e9)]
    public double CtrlCostWeight { get; set; } = 0.5;

    /// <summary>Weight of the contact cost, the sum of squared contact forces and torques. Default 5e-4.</summary>
    [Range(0, 1e9)]
    public double ContactCostWeight { get; set; } = 5e-4;

    /// <summary>Reward for each step after which the robot is healthy. Default 1.</summary>
    [Range(-1e9, 1e9)]
    public double HealthyReward { get; set; } = 1;

    /// <summary>Terminate the episode when the robot is no longer healthy. Default true.</summary>
    public bool TerminateWhenUnhealthy { get; set; } = true;

    /// <summary>Range of the torso height in which the robot is healthy [m], limits included. Default 0.2, 1.</summary>
    [Length(2, 2)]
    public double[] HealthyZRange { get; set; } = [0.2, 1];

    /// <summary>Range to which contact forces [N] and torques [N m] are clipped. Default -1, 1.</summary>
    [Length(2, 2)]
    public double[] ContactForceRange { get; set; } = [-1, 1];

    /// <summary>Scale of the random perturbation of the start state. Default 0.1.</summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 0.1;

    /// <summary>Leave the horizontal position of the root out of the observation. Default true.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; set; } = true;

    /// <summary>
    /// Include the external forces on the bodies, contacts among them, in the observation. Default true.
    /// </summary>
    public bool IncludeCfrcExtInObservation { get; set; } = true;
}

/// <summary>A four-legged robot runs along x. The formulas are those of Gymnasium's Ant-v5.</summary>
internal sealed class Ant : IMuJoCoTask
{
    public const string Id = "mujoco/ant-v5";

    private const int FrameSkip = 5;

    private readonly AntOptions options;
    private readonly int torso;
    private readonly int omitted;
    private readonly double dt;

    public Ant(AntOptions options, MjModel model)
    {
        this.options = options;
        torso = 3 * model.Id(MjObject.Body, "torso");
        omitted = options.ExcludeCurrentPositionsFromObservation ? 2 : 0;
        dt = model.Timestep * (options.FrameSkip ?? FrameSkip);
        bool forces = options.IncludeCfrcExtInObservation;
        Traits = new TaskTraits
        {
            Id = Id,
            FrameSkip = FrameSkip,
            Observation =
            [
                .. Spaces.Positions(model).Skip(omitted),
                .. Spaces.Velocities(model),
                .. forces ? BodyForces.Dimensions(model) : [],
            ],
            ContactForces = forces || options.ContactCostWeight > 0,
            Predictive = !forces && options.ContactCostWeight == 0,
            Invariant = [0, 1],
            // Gymnasium measures speed by the body frame, which lags one substep behind qpos
            Carried = [(new Dimension("torso frame x", "m"), 0)],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += options.ResetNoiseScale * noise.Normal();
    }

    public void Carry(MjData data, Span<double> carried) => carried[0] = data.XPos[torso];

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        var position = snapshot.Qpos[omitted..];
        Formulas.Join(observation, position, snapshot.Qvel);
        if (!options.IncludeCfrcExtInObservation) return;
        var forces = observation[(position.Length + snapshot.Qvel.Length)..];
        snapshot.Data.CfrcExt[BodyForces.Size..].CopyTo(forces);
        Formulas.Clip(forces, options.ContactForceRange[0], options.ContactForceRange[1]);
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        bool healthy = Formulas.AllFinite(after.Qpos, after.Qvel)
            && after.Qpos[2] >= options.HealthyZRange[0]
            && after.Qpos[2] <= options.HealthyZRange[1];
        double speed = (after.Carried[0] - before.Carried[0]) / dt, contact = 0;
        if (options.ContactCostWeight > 0)
        {
            foreach (double force in after.Data.CfrcExt)
            {
                double clipped = Math.Clamp(force, options.ContactForceRange[0], options.ContactForceRange[1]);
                contact += clipped * clipped;
            }
        }
        double reward = (options.ForwardRewardWeight * speed) + (healthy ? options.HealthyReward : 0)
            - (options.CtrlCostWeight * Formulas.SumOfSquares(action))
            - (options.ContactCostWeight * contact);
        return (reward, !healthy && options.TerminateWhenUnhealthy);
    }
}
