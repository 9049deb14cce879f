using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// A dog of eleven boxes runs to a ball, which is somewhere else once it is reached. After Fetch of Brax v1, with its
/// position-based dynamics.
/// </summary>
internal sealed class Fetch : BraxTask
{
    public const string Id = "brax/fetch-v1";

    private const double TargetRadius = 2, TargetHeight = 1;

    public Fetch(BraxOptions options)
        : base(options, FetchDog.World(SubstepSeconds), new(TargetRadius, 15, TargetHeight, false), TargetRadius)
    {
        Spec = new EnvSpec
        {
            Id = Id,
            State = Layout.Spec,
            Observation = ObservationSpec(),
            Action = SpaceSpec.Box(-1, 1, [.. World.Joints.Select(joint => joint.Name + " motor")]),
            ControlPeriod = ControlPeriod,
            EpisodeLength = 1000,
            FixedStart = !RandomStart,
            Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
        };
        Chart = new TracedChart(new BraxCoordinates(Layout, prescribed: false));
        View = new FetchScene(Layout, TargetRadius);
    }

    public override EnvSpec Spec { get; }

    public override IStateChart Chart { get; }

    public override ISceneView View { get; }

    protected override int Seeker => 0;

    public override void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
    {
        var bodies = Layout.Bodies(state);
        var torso = bodies[0];
        var rotation = torso.Orientation.ToMatrix();
        var toTorso = rotation.Transposed;
        var target = TargetOf(state);
        var (distance, direction) = Split(target - torso.Position);
        var output = new ObservationWriter<T>(observation);
        output.Add(toTorso.Row0, toTorso.Row2);
        output.Add(distance);
        output.Add(toTorso * direction);
        foreach (var body in bodies) output.Add(toTorso * (body.Position - torso.Position));
        output.Add(-(toTorso * torso.Position), toTorso * (target - torso.Position));
        foreach (var body in bodies) output.Add(toTorso * body.Velocity);
        output.Add(Vector3<T>.Zero, Vector3<T>.Zero);
        for (int body = 0; body < bodies.Length + 2; body++)
        {
            int flag = Array.IndexOf(Layout.Touching, body);
            output.Add(flag < 0 ? 0 : state[Layout.Flags + flag]);
        }
    }

    public override (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
    {
        var torso = BodyState<T>.From(nextState);
        var (distance, direction) = Split(TargetOf(nextState) - torso.Position);
        var axes = torso.Orientation.ToMatrix().Transposed;
        T reward = (T)0.1 * Vector3<T>.Dot(torso.Position - Vectors.Read(state), direction);
        reward += (T)(0.1 * ControlPeriod) * (axes.Row2.Z + torso.Position.Z);
        reward += Reached(distance, Vector3<T>.Dot(axes.Row0, direction));
        return (reward, Never<T>());
    }

    protected override void Start(Span<double> state)
    {
        for (int i = 0; i < FetchDog.Starts.Length; i++)
        {
            var body = state.Slice(i * BodyState<Real>.Size, BodyState<Real>.Size);
            FetchDog.Starts[i].CopyTo(body);
            body[6] = 1;
        }
        Real[] u = [.. state.Slice(Layout.Drawn, Layout.Draws).ToArray().Select(x => (Real)x)];
        var target = Targets.Target<Real>(u);
        (state[Layout.Target], state[Layout.Target + 1], state[Layout.Target + 2]) = (target.X, target.Y, target.Z);
    }

    protected override T[] Control<T>(BodyState<T>[] bodies, ReadOnlySpan<T> action) => action.ToArray();

    private SpaceSpec ObservationSpec()
    {
        string[] all = [.. Layout.Moving, "ground", "target"];
        return new(
        [
            .. StateComponents.Axes("torso ahead", "1", "xyz"),
            .. StateComponents.Axes("torso up", "1", "xyz"),
            new("target distance", "m"),
            .. StateComponents.Axes("target direction", "1", "xyz"),
            .. all.SelectMany(name => StateComponents.Axes(name + " from torso", "m", "xyz")),
            .. all.SelectMany(name => StateComponents.Axes(name + " velocity", "m/s", "xyz")),
            .. all.Select(name => new Dimension(name + " contact", "1")),
        ]);
    }
}
