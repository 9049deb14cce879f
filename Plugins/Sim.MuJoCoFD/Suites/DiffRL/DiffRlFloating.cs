using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Ant and humanoid of the DiffRL suite: robots with a free torso that run along x, upright and straight ahead.
/// Observation and action are those of <c>diffrl/*</c>, so that one policy runs on both simulators: the quaternion is
/// (x, y, z, w) and the angular velocity is in world axes, whereas MuJoCo puts w first and uses the torso's axes.
/// </summary>
internal sealed class DiffRlFloating : IMuJoCoTask
{
    public const string Ant = "mujoco/diffrl-ant-v1";
    public const string Humanoid = "mujoco/diffrl-humanoid-v1";

    private const int Root = 7;
    private const int RootVelocities = 6;
    private const double OrientationSpread = Math.PI / 24;

    private readonly MuJoCoDiffRlOptions options;
    private readonly bool crawls;
    private readonly double fallHeight;
    private readonly double actionCost;
    private readonly double target;
    private readonly double[] startOrientation; // w first
    private readonly double[] startJoints;

    public DiffRlFloating(string id, MuJoCoDiffRlOptions options, MjModel model)
    {
        this.options = options;
        crawls = id == Ant;
        (fallHeight, actionCost, target) = crawls ? (0.27, 0, 10000) : (0.74, 0.002, 200);
        startOrientation = model.Qpos0.Slice(3, 4).ToArray();
        startJoints = crawls ? [0, 1, 0, -1, 0, -1, 0, 1] : new double[model.Nq - Root];
        var joints = Spaces.Positions(model).Skip(Root).ToList();
        Traits = new TaskTraits
        {
            Id = id,
            FrameSkip = 16,
            Observation =
            [
                new("torso height", "m"),
                .. Spaces.Components("torso quaternion", "1", "xyzw"),
                .. Spaces.Components("torso velocity", "m/s", "xyz"),
                .. Spaces.Components("torso angular velocity", "rad/s", "xyz"),
                .. joints,
                .. joints.Select(j => new Dimension($"0.1 x {j.Name} velocity", "rad/s")),
                new("up", "1", -1, 1),
                new("heading", "1", -1, 1),
                .. joints.Select((_, i) => new Dimension($"last action {i}", "1", -1, 1)),
            ],
            Predictive = true,
            Invariant = [0, 2],
        };
    }

    public TaskTraits Traits { get; }

    public void Reset(MuJoCoStartNoise noise, StartState start)
    {
        Span<double> qpos = start.Qpos, qvel = start.Qvel;
        startJoints.CopyTo(qpos[Root..]);
        if (!options.RandomStart) return;
        for (int i = 0; i < 3; i++) qpos[i] += noise.Within(0.1);
        double angle = noise.Within(OrientationSpread);
        Vector axis = new(noise.Within(0.5), noise.Within(0.5), noise.Within(0.5));
        double scale = Math.Sin(angle / 2) / Math.Max(axis.Length, 1e-9);
        Turn(qpos.Slice(3, 4), Math.Cos(angle / 2), axis * scale);
        foreach (ref double q in qpos[Root..]) q += noise.Within(0.2);

        // the suite draws a twist about the world origin
        Vector angular = new(noise.Within(0.25), noise.Within(0.25), noise.Within(0.25));
        Vector linear = new(noise.Within(0.25), noise.Within(0.25), noise.Within(0.25));
        var velocity = linear + Vector.Cross(angular, new Vector(qpos[0], qpos[1], qpos[2]));
        var own = Rotation.Of(qpos.Slice(3, 4)).Back(angular);
        (qvel[0], qvel[1], qvel[2]) = (velocity.X, velocity.Y, velocity.Z);
        (qvel[3], qvel[4], qvel[5]) = (own.X, own.Y, own.Z);
        foreach (ref double v in qvel[RootVelocities..]) v += noise.Within(0.25);
    }

    public void Observe(in TaskSnapshot snapshot, Span<double> observation)
    {
        ReadOnlySpan<double> q = snapshot.Qpos, v = snapshot.Qvel;
        int joints = q.Length - Root, at = 0;
        var angular = Rotation.Of(q.Slice(3, 4)).Apply(new Vector(v[3], v[4], v[5]));
        var (up, heading) = Posture(q);
        ReadOnlySpan<double> torso =
        [
            q[1],
            q[4], q[5], q[6], q[3],
            v[0], v[1], v[2],
            angular.X, angular.Y, angular.Z,
        ];
        torso.CopyTo(observation);
        at += torso.Length;
        q[Root..].CopyTo(observation[at..]);
        at += joints;
        foreach (double rate in v[RootVelocities..]) observation[at++] = 0.1 * rate;
        (observation[at], observation[at + 1]) = (up, heading);
        snapshot.LastAction.CopyTo(observation[(at + 2)..]);
    }

    public (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after)
    {
        double height = after.Qpos[1];
        var (up, heading) = Posture(after.Qpos);
        double reward = after.Qvel[0] + (0.1 * up) + heading;
        reward += crawls ? height - fallHeight : DiffRl.Height(height - (fallHeight + 0.1), 0.1, 10);
        return (reward - (actionCost * Formulas.SumOfSquares(action)), height < fallHeight);
    }

    /// <summary>
    /// How upright the torso is, and how well it faces the distant target on the x axis; each from -1 to 1. Both are
    /// measured by its rotation since the start pose.
    /// </summary>
    private (double Up, double Heading) Posture(ReadOnlySpan<double> q)
    {
        // the rotation since the start pose, in world axes: orientation times the inverse of the start orientation
        Span<double> turn = [q[3], q[4], q[5], q[6]];
        Turn(turn, startOrientation[0], new Vector(-startOrientation[1], -startOrientation[2], -startOrientation[3]));
        var turned = Rotation.Of(turn);
        double x = target - q[0], z = -q[2];
        double up = turned.Apply(new Vector(0, 1, 0)).Y;
        double ahead = Vector.Dot(turned.Apply(new Vector(1, 0, 0)), new Vector(x, 0, z));
        return (up, ahead / Math.Sqrt((x * x) + (z * z)));
    }

    /// <summary>Multiplies a quaternion (w first) by (w, v) from the right, in place.</summary>
    private static void Turn(Span<double> q, double w, Vector v)
    {
        Vector u = new(q[1], q[2], q[3]);
        var imaginary = (v * q[0]) + (u * w) + Vector.Cross(u, v);
        q[0] = (q[0] * w) - Vector.Dot(u, v);
        (q[1], q[2], q[3]) = (imaginary.X, imaginary.Y, imaginary.Z);
    }
}
