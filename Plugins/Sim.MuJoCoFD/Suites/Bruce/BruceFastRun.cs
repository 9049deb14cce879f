using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Bruce runs along x as fast as it can, up to a speed, upright and straight ahead. Observation, action and reward are
/// those of <c>bruce/fast-run-v1</c>, so that one policy runs on both simulators; there, y is up and z points right.
/// </summary>
internal sealed class BruceFastRun : IMuJoCoTask
{
    public const string Id = "mujoco/bruce-fast-run-v1";

    private const int Root = 7, RootVelocities = 6;
    private const double FallHeight = 0.30, LevelHeight = 0.42, MostUpright = 0.5;

    // hip yaw, hip pitch, hip roll, knee, ankle
    private static readonly double[] StartLeg = [0, 0.39, 0, -0.64, 0.30];

    private readonly MuJoCoBruceOptions options;

    public BruceFastRun(MuJoCoBruceOptions options, MjModel model)
    {
        this.options = options;
        var joints = Spaces.Positions(model).Skip(Root).ToList();
        Traits = new TaskTraits
        {
            Id = Id,
            FrameSkip = 16,
            Observation =
            [
                new("base height", "m"),
                .. Spaces.Components("base up", "1", "xyz"),
                .. Spaces.Components("base ahead", "1", "xyz"),
                .. Along("base velocity", "m/s"),
                .. Along("base angular velocity", "rad/s"),
                .. joints,
                .. joints.Select(j => new Dimension($"0.1 x {j.Name} velocity", "rad/s")),
                .. joints.Select((_, i) => new Dimension($"last action {i}", "1", -1, 1)),
            ],
            Predictive = true,
            Invariant = [0, 1],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        Span<double> joints = start.Qpos[Root..];
        for (int i = 0; i < joints.Length; i++) joints[i] = StartLeg[i % StartLeg.Length];
        if (!options.RandomStart) return;
        foreach (ref double q in joints) q += noise.Within(0.1);
        foreach (ref double v in start.Qvel) v += noise.Within(0.1);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        ReadOnlySpan<double> q = snapshot.Qpos, v = snapshot.Qvel;
        var turn = Rotation.Of(q.Slice(3, 4));
        Vector up = turn.Apply(new Vector(0, 0, 1)), ahead = turn.Apply(new Vector(1, 0, 0));
        var velocity = turn.Back(new Vector(v[0], v[1], v[2]));
        ReadOnlySpan<double> root =
        [
            q[2],
            up.X, up.Z, -up.Y,
            ahead.X, ahead.Z, -ahead.Y,
            velocity.X, velocity.Y, velocity.Z,
            v[3], v[4], v[5],
        ];
        root.CopyTo(observation);
        int at = root.Length;
        q[Root..].CopyTo(observation[at..]);
        at += q.Length - Root;
        foreach (double rate in v[RootVelocities..]) observation[at++] = 0.1 * rate;
        snapshot.LastAction.CopyTo(observation[at..]);
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double height = after.Qpos[2];
        var turn = Rotation.Of(after.Qpos.Slice(3, 4));
        double upright = turn.Apply(new Vector(0, 0, 1)).Z, heading = turn.Apply(new Vector(1, 0, 0)).X;
        double reward = Math.Min(after.Qvel[0], options.TopSpeed) + (0.1 * upright) + heading
            + DiffRl.Height(height - LevelHeight, 0.03, 10) - (0.002 * Formulas.SumOfSquares(action));
        return (reward, height < FallHeight || upright < MostUpright);
    }

    private static IEnumerable<Dimension> Along(string name, string unit) =>
        new[] { "ahead", "left", "up" }.Select(axis => new Dimension($"{name} {axis}", unit));
}
