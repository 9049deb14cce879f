using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// A claw grasps a ball and brings it to a place, which is somewhere else once it is reached. After Grasp of Brax v1,
/// with its position-based dynamics.
/// </summary>
internal sealed class Grasp : BraxTask
{
    public const string Id = "brax/grasp-v1";

    private const double TargetRadius = 1.1;

    // the palm moves this share of the way to where it is wanted, which counts as at most this far
    private const double PalmShare = 0.15, PalmReach = 2;

    // bodies whose touch the published task rewards, in its own order: the thumb's tip, two links that never touch, and
    // the target
    private static readonly int[] PublishedTouch = [3, 9, 12, 15];

    private readonly int[] rewarded;

    public Grasp(GraspOptions options)
        : base(options, GraspHand.World(SubstepSeconds), new(TargetRadius, 10, 8, true), TargetRadius)
    {
        int[] touch = options.RewardAllFingers
            ? GraspHand.Distal
            : [.. PublishedTouch.Select(body => Array.IndexOf(GraspHand.Published, body))];
        rewarded = [.. touch.Select(body => Array.IndexOf(Layout.Touching, body)).Where(flag => flag >= 0)];
        Spec = new EnvSpec
        {
            Id = Id,
            State = Layout.Spec,
            Observation = ObservationSpec(),
            Action = SpaceSpec.Box(-1, 1,
            [
                .. World.Joints.SelectMany(joint => "xyz".Select(axis => $"{joint.Name} angle {axis}")),
                .. "xyz".Select(axis => $"palm {axis}"),
            ]),
            ControlPeriod = ControlPeriod,
            EpisodeLength = 1000,
            FixedStart = !RandomStart,
            Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
        };
        Chart = new TracedChart(new BraxCoordinates(Layout, prescribed: true));
        View = new GraspScene(Layout, TargetRadius);
    }

    public override EnvSpec Spec { get; }

    public override IStateChart Chart { get; }

    public override ISceneView View { get; }

    protected override int Seeker => GraspHand.Object;

    public override void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
    {
        var bodies = Layout.Bodies(state);
        Vector3<T> palm = bodies[GraspHand.Palm].Position, target = TargetOf(state);
        var (ball, hand) = (bodies[GraspHand.Object], bodies[GraspHand.ThumbProximal].Velocity);
        var toBall = Split(ball.Position - palm);
        var toTarget = Split(target - palm);
        var left = Split(target - ball.Position);

        // the palm never turns, so its axes are those of the world; bodies in the published order
        var order = GraspHand.Published;
        var output = new ObservationWriter<T>(observation);
        output.Add(toBall.Distance);
        output.Add(toBall.Direction);
        output.Add(toTarget.Distance);
        output.Add(toTarget.Direction);
        output.Add(-palm);
        for (int i = 1; i <= order.Length; i++) output.Add(bodies[Array.IndexOf(order, i)].Position - palm);
        output.Add(target - palm, Vector3<T>.Zero);
        for (int i = 1; i <= order.Length; i++) output.Add(bodies[Array.IndexOf(order, i)].Velocity);
        output.Add(Vector3<T>.Zero);
        output.Add(ball.Position - palm, hand);
        output.Add(Vector3<T>.Dot(toBall.Direction, hand));
        output.Add(left.Distance);
        output.Add(left.Direction);
        output.Add(Vector3<T>.Dot(left.Direction, ball.Velocity));
        for (int i = 0; i <= order.Length + 1; i++)
        {
            int flag = Array.IndexOf(Layout.Touching, Array.IndexOf(order, i));
            output.Add(flag < 0 ? 0 : state[Layout.Flags + flag]);
        }
    }

    public override (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
    {
        var bodies = Layout.Bodies(nextState);
        var ball = bodies[GraspHand.Object];
        var toBall = ball.Position - bodies[GraspHand.Palm].Position;
        var left = Split(TargetOf(nextState) - ball.Position);
        T near = (T)1 / ((T)1 + Lengths.Of(toBall with { Z = 0 }));
        T approach = Vector3<T>.Dot(bodies[GraspHand.ThumbProximal].Velocity, Split(toBall).Direction);
        T carry = Vector3<T>.Dot(ball.Velocity, left.Direction);
        T touch = 0;
        foreach (int flag in rewarded) touch += nextState[Layout.Flags + flag];
        T reward = (T)ControlPeriod
            * (((T)0.1 * (approach + near)) + ((T)0.2 * touch) + ((T)1.5 * carry));
        return (reward + Reached<T>(left.Distance, 5), Never<T>());
    }

    protected override void Start(Span<double> state)
    {
        var values = new Real[state.Length];
        Layout.Write(GraspHand.Start(), values);
        for (int i = 0; i < Layout.Target; i++) state[i] = values[i];

        // the first target is where the ball is
        state[Layout.Target + 2] = TargetRadius;
    }

    protected override T[] Control<T>(BodyState<T>[] bodies, ReadOnlySpan<T> action)
    {
        var old = bodies[GraspHand.Palm].Position;
        var a = action[GraspHand.Angles..];
        var way = new Vector3<T>((T)10 * a[0], (T)10 * a[1], (T)8.5 + ((T)5 * a[2])) - old;
        T length = Lengths.Of(way);
        T share = T.Select(length > PalmReach, (T)PalmReach / T.Select(length > PalmReach, length, 1), 1);
        bodies[GraspHand.Palm] = BodyState<T>.Resting(old + ((T)PalmShare * share * way));

        var wanted = new T[GraspHand.Angles];
        int next = 0;
        foreach (var (low, high) in World.Joints.SelectMany(joint => joint.Limits))
        {
            wanted[next] = (T)(0.5 * (low + high)) + ((T)(0.5 * (high - low)) * action[next]);
            next++;
        }
        return wanted;
    }

    private static SpaceSpec ObservationSpec()
    {
        string[] all =
        [
            "ground",
            .. Enumerable.Range(1, GraspHand.Names.Length)
                .Select(i => GraspHand.Names[Array.IndexOf(GraspHand.Published, i)]),
            "target",
        ];
        return new(
        [
            new("object distance", "m"),
            .. StateComponents.Axes("object direction", "1", "xyz"),
            new("target distance", "m"),
            .. StateComponents.Axes("target direction", "1", "xyz"),
            .. all.SelectMany(name => StateComponents.Axes(name + " from palm", "m", "xyz")),
            .. all.SelectMany(name => StateComponents.Axes(name + " velocity", "m/s", "xyz")),
            .. StateComponents.Axes("from palm to object", "m", "xyz"),
            .. StateComponents.Axes("hand velocity", "m/s", "xyz"),
            new("hand velocity toward object", "m/s"),
            new("distance from object to target", "m"),
            .. StateComponents.Axes("direction from object to target", "1", "xyz"),
            new("object velocity toward target", "m/s"),
            .. all.Select(name => new Dimension(name + " contact", "1")),
        ]);
    }
}
