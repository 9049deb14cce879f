namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// The cart-pole swing-up of the DiffRL suite. The state is (x [m], theta [rad], and their rates); theta = 0 is
/// upright.
/// </summary>
internal sealed class DiffRlCartPole(MuJoCoDiffRlOptions options) : IMuJoCoTask
{
    public const string Id = "mujoco/diffrl-cartpole-swingup-v1";

    public TaskTraits Traits { get; } = new()
    {
        Id = Id,
        FrameSkip = 4,
        EpisodeLength = 240,
        Observation =
        [
            new("cart position", "m"),
            new("cart velocity", "m/s"),
            new("sin pole angle", "1", -1, 1),
            new("cos pole angle", "1", -1, 1),
            new("pole velocity", "rad/s"),
        ],
        Predictive = true,
    };

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        start.Qpos[1] = -Math.PI;
        if (!options.RandomStart) return;
        foreach (ref double q in start.Qpos) q += noise.Within(Math.PI / 2);
        foreach (ref double v in start.Qvel) v += noise.Within(0.25);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        double angle = snapshot.Qpos[1];
        (observation[0], observation[1]) = (snapshot.Qpos[0], snapshot.Qvel[0]);
        (observation[2], observation[3]) = (Math.Sin(angle), Math.Cos(angle));
        observation[4] = snapshot.Qvel[1];
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double x = after.Qpos[0], angle = Math.IEEERemainder(after.Qpos[1], 2 * Math.PI);
        double xRate = after.Qvel[0], angleRate = after.Qvel[1];
        double cost = (angle * angle) + (0.1 * angleRate * angleRate) + (0.05 * x * x) + (0.1 * xRate * xRate);
        return (-cost, false);
    }
}
