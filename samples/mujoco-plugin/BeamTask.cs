using MbMix.Simulation.MuJoCo;
using MujocoSharp;

namespace Samples.Beam;

/// <summary>A ball on a beam: qpos is the beam's tilt [rad] and the ball's place along it [m].</summary>
public sealed class BeamTask(MjModel model) : IMuJoCoTask
{
    /// <summary>Id of the environment.</summary>
    public const string Id = "samples/ball-on-beam-v1";

    /// <inheritdoc/>
    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 4,
        EpisodeLength = 150,
        Observation = [.. Spaces.Positions(model), .. Spaces.Velocities(model)],
        // everything below is a function of state and action, so learned models can be used
        Predictive = true,
    };

    /// <inheritdoc/>
    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        start.Qpos[0] = noise.Within(0.1);
        start.Qpos[1] = noise.Within(0.4);
    }

    /// <inheritdoc/>
    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        snapshot.Qpos.CopyTo(observation);
        snapshot.Qvel.CopyTo(observation[2..]);
    }

    /// <inheritdoc/>
    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double tilt = after.Qpos[0], ball = after.Qpos[1];
        double reward = 1 - (4 * ball * ball) - (0.5 * tilt * tilt) - (0.01 * action[0] * action[0]);
        return (reward, Math.Abs(ball) > 0.6);
    }
}
