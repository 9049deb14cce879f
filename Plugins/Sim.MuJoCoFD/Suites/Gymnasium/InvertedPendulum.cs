using System.ComponentModel.DataAnnotations;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the inverted pendulum.</summary>
public sealed class InvertedPendulumOptions : MuJoCoOptions
{
    /// <summary>
    /// Scale of the random perturbation of the start state: uniform within plus or minus this. Default 0.01.
    /// </summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 0.01;
}

/// <summary>A cart balances a pole. The formulas are those of Gymnasium's InvertedPendulum-v5.</summary>
internal sealed class InvertedPendulum(InvertedPendulumOptions options, MjModel model) : IMuJoCoTask
{
    public const string Id = "mujoco/inverted-pendulum-v5";

    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 2,
        Observation = [.. Spaces.Positions(model), .. Spaces.Velocities(model)],
        Predictive = true,
    };

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        foreach (ref double q in start.Qpos) q += noise.Within(options.ResetNoiseScale);
        foreach (ref double v in start.Qvel) v += noise.Within(options.ResetNoiseScale);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        Formulas.Join(observation, snapshot.Qpos, snapshot.Qvel);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        bool fallen = !Formulas.AllFinite(after.Qpos, after.Qvel) || Math.Abs(after.Qpos[1]) > 0.2;
        return (fallen ? 0 : 1, fallen);
    }
}
