using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Hopper and cheetah of the DiffRL suite: planar robots that run along x. Their root has two sliders, x and height,
/// and a pitch joint. The observation is the whole state except x. Observation and action are those of <c>diffrl/*</c>,
/// so that one policy runs on both simulators.
/// </summary>
internal sealed class DiffRlPlanar : IMuJoCoTask
{
    public const string Hopper = "mujoco/diffrl-hopper-v1";
    public const string Cheetah = "mujoco/diffrl-cheetah-v1";

    private const int RootCoordinates = 3;

    private readonly MuJoCoDiffRlOptions options;
    private readonly bool hops;
    private readonly double startHeight;
    private readonly double positionSpread;
    private readonly double velocitySpread;

    public DiffRlPlanar(string id, MuJoCoDiffRlOptions options, MjModel model)
    {
        this.options = options;
        hops = id == Hopper;
        (startHeight, positionSpread, velocitySpread) = hops ? (0, 0.05, 0.05) : (-0.2, 0.1, 0.25);
        var positions = Spaces.Positions(model);
        Traits = new TaskTraits
        {
            Id = id,
            FrameSkip = 16,
            Observation = [.. positions.Skip(1), .. Spaces.Velocities(model)],
            Predictive = true,
            Invariant = [0],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        start.Qpos.Clear();
        start.Qpos[1] = startHeight;
        if (!options.RandomStart) return;
        foreach (ref double q in start.Qpos) q += noise.Within(positionSpread);
        foreach (ref double v in start.Qvel) v += noise.Within(velocitySpread);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation) =>
        Formulas.Join(observation, snapshot.Qpos[1..], snapshot.Qvel);

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double reward = after.Qvel[0] - (0.1 * Formulas.SumOfSquares(action));
        if (!hops) return (reward, false);
        double height = after.Qpos[1], lean = 6 / Math.PI * after.Qpos[2];
        return (reward + DiffRl.Height(height + 0.30, 0.3, 1) + (1 - (lean * lean)), height < -0.45);
    }
}
