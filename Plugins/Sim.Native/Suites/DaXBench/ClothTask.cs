using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// A gripper picks a cloth up at one point of a table, carries it to another and lets it fall, until it lies as it
/// should. After the cloth tasks of DaXBench (Chen et al., ICLR 2023, arXiv 2210.13066); goals and outlines are ours.
/// </summary>
/// <remarks>
/// The state holds positions and velocities of the particles, three numbers each, the position of the gripper, the
/// number of substeps done in a step (0 between steps), and the number of steps done. Lengths are in meters, in a box
/// with edges of 1 m whose y axis points up.
/// </remarks>
internal sealed class ClothTask : ITracedEnvironment
{
    private const int SubstepsPerPart = 50, Parts = 40;
    private const int LiftAt = 3 * SubstepsPerPart, CarryAt = 13 * SubstepsPerPart, ReleaseAt = 33 * SubstepsPerPart;
    private const int Substeps = Parts * SubstepsPerPart;
    private const double LiftHeight = 0.06, Fading = 0.99, Sharpness = 10;

    // standard deviations of the start: of the whole cloth, and of each coordinate before random folds [m]
    private const double Shift = 0.05, Unevenness = 1e-4;

    private readonly ClothTaskTraits traits;
    private readonly ClothOptions options;
    private readonly ClothSheet sheet;
    private readonly ClothSpring spring;
    private readonly ClothParticle particle;
    private readonly TermInstance[] particles;
    private readonly NearestDistances distances;
    private readonly NearestPoint nearest;
    private readonly NormalizedGradient normalized, normalizedGripper;
    private readonly int[] observed;
    private readonly double[] goal;
    private ClothScene? view;

    // places in the state
    private readonly int velocities, gripper, progress, steps;

    public ClothTask(ClothTaskTraits traits, ClothOptions options)
    {
        (this.traits, this.options) = (traits, options);
        sheet = traits.Shirt ? ClothSheets.Shirt : ClothSheets.Rectangle;
        var material = traits.Material with { Mended = options.Physics == ClothPhysics.Mended };
        bool stable = options.Gradients == ClothGradients.Stable;
        spring = new ClothSpring(material.Stiffness, stable);
        particle = new ClothParticle(material, options.SoftGrasp, stable);
        int n = sheet.Particles;
        (velocities, gripper) = (3 * n, 6 * n);
        (progress, steps) = (gripper + 3, gripper + 4);
        goal = ClothGoals.Load(traits.Goal);
        distances = new NearestDistances(goal, n);
        nearest = new NearestPoint(n);
        (normalized, normalizedGripper) = (new NormalizedGradient(n), new NormalizedGradient(1));
        observed = [.. Enumerable.Range(0, n).Where(i => i % traits.ObservedEvery == 0)];

        // values that a particle reads: the state up to the gripper, forces, displacement and opening of the gripper
        int forces = gripper + 3, displacement = forces + (3 * n);
        particles = [.. Enumerable.Range(0, n).Select(i =>
        {
            int[] x = [3 * i, (3 * i) + 1, (3 * i) + 2];
            int[] Of(int first) => [.. x.Select(component => first + component)];
            int[] shared = [.. Enumerable.Range(gripper, 3), .. Enumerable.Range(displacement, 4)];
            return new TermInstance([.. x, .. Of(velocities), .. Of(forces), .. shared], [], [.. x, .. Of(velocities)]);
        })];

        Spec = new EnvSpec
        {
            Id = traits.Id,
            State = StateSpec(n),
            Observation = ObservationSpec(),
            Action = ActionSpec(),
            ControlPeriod = Substeps * material.Period,
            EpisodeLength = traits.Steps,
            FixedStart = !options.RandomStart,
            Gradient = new GradientCapability(
                options.Gradients == ClothGradients.True ? GradientKind.Exact : GradientKind.Surrogate, 1e-3),
        };
        Schedule = new ControlSchedule
        {
            CarrySize = 4,
            Refreshes = Parts,
            SubstepsPerRefresh = SubstepsPerPart,
            SubstepsPerCheckpoint = SubstepsPerPart,
        };
        Chart = new EuclideanChart(Spec.State.Size);
    }

    public EnvSpec Spec { get; }

    public ControlSchedule Schedule { get; }

    public IStateChart Chart { get; }

    public ISceneView View => view ??= new ClothScene(sheet, goal, this);

    public int WarmUpSteps => options.RandomStart ? traits.RandomFolds : 0;

    public void Reset(LaneKey lane, Span<double> state)
    {
        state.Clear();
        sheet.Rest.CopyTo(state);
        state.Slice(gripper, 3).Fill(0.5);
        if (!options.RandomStart) return;
        var random = new CounterRandom(lane.Seed, traits.Id);
        var normal = new float[traits.RandomFolds > 0 ? 3 * sheet.Particles : 2];
        random.Normal(normal, lane.Episode, lane.Lane);
        for (int i = 0; i < 3 * sheet.Particles; i++)
        {
            if (traits.RandomFolds > 0) state[i] += Unevenness * normal[i];
            else if (i % 3 != 1) state[i] += Shift * normal[i % 3 / 2];
        }
    }

    // picks up one particle, drawn at random, and places it where another one is: points, whatever actions are
    public void WarmUp(LaneKey lane, int step, ReadOnlySpan<double> state, Span<double> action)
    {
        Span<float> u = stackalloc float[2];
        new CounterRandom(lane.Seed, $"{traits.Id}/fold {step}").Uniform(u, lane.Episode, lane.Lane);
        for (int k = 0; k < 2; k++)
        {
            int drawn = (int)(u[k] * sheet.Particles);
            state.Slice(3 * drawn, 3).CopyTo(action[(3 * k)..]);
        }
    }

    // the displacement per substep and the opening of the gripper
    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
        Vector3<T> pick = Point(state, action), place = Point(state, action[3..]);
        (pick, place) = (new(pick.X, 0, pick.Z), new(place.X, 0, place.Z));
        T done = state[progress];
        var toPick = ((T)1 / T.Max((T)LiftAt - done, 1)) * (pick - Gripper(state));
        var across = (T)(1.0 / (ReleaseAt - CarryAt)) * (place - pick);
        Mask<T> approaches = done < LiftAt, lifts = done < CarryAt, carries = done < ReleaseAt;
        T During(T approach, T lift, T carried) =>
            T.Select(approaches, approach, T.Select(lifts, lift, T.Select(carries, carried, 0)));
        carry[0] = During(toPick.X, 0, across.X);
        carry[1] = During(toPick.Y, LiftHeight / (CarryAt - LiftAt), 0);
        carry[2] = During(toPick.Z, 0, across.Z);
        carry[3] = During(1, 0, 0) + T.Select(carries, 0, 1);
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        int n = sheet.Particles;
        var values = new T[gripper + 3 + (3 * n) + 4];
        state[..(gripper + 3)].CopyTo(values);
        if (options.Gradients == ClothGradients.Normalized)
        {
            T.Apply(normalized, state[..velocities], values.AsSpan(0, velocities));
            T.Apply(normalized, state[velocities..gripper], values.AsSpan(velocities, 3 * n));
            T.Apply(normalizedGripper, state.Slice(gripper, 3), values.AsSpan(gripper, 3));
        }
        var forces = values.AsSpan(gripper + 3, 3 * n);
        forces.Fill(0);
        T.AddTerms<ClothSpring>(spring, sheet.Springs, values.AsSpan(0, velocities), forces);
        carry.CopyTo(values.AsSpan(gripper + 3 + (3 * n)));
        next[..gripper].Fill(0);
        T.AddTerms(particle, particles, values, next[..gripper]);
        for (int k = 0; k < 3; k++) next[gripper + k] = T.Max(0, T.Min(1, values[gripper + k] + carry[k]));
        T done = state[progress] + 1;
        var ends = done >= Substeps;
        next[progress] = T.Select(ends, 0, done);
        next[steps] = state[steps] + T.Select(ends, 1, 0);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        int at = 0;
        foreach (int i in observed)
        {
            for (int k = 0; k < 3; k++) observation[at++] = state[(3 * i) + k];
        }
        for (int k = 0; k < 3; k++) observation[at++] = state[gripper + k];
        observation[at++] = ClothParticle.GripperRadius;

        // the published second gripper, which nothing moves
        for (int k = 0; k < 3; k++) observation[at++] = 1;
        observation[at] = ClothParticle.GripperRadius;
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        var apart = new T[1];
        T.Apply(distances, nextState[..velocities], apart);
        T reward = T.Exp((T)(-Sharpness) * apart[0]);
        if (options.PickBonus)
        {
            var pick = Point(state, action);
            T.Apply(nearest, [.. state[..velocities], pick.X, pick.Y, pick.Z], apart);
            reward += T.Exp(-apart[0]);
        }
        if (options.Discounted) reward *= T.Exp((T)Math.Log(Fading) * nextState[steps]);
        T never = 0;
        return (reward, never > 1);
    }

    // the point that three numbers of an action mean; random folds before an episode are always given as points
    private Vector3<T> Point<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action)
        where T : struct, IScalar<T>
    {
        if (options.Actions == ClothActions.Points) return new(action[0], action[1], action[2]);
        var folding = state[steps] < WarmUpSteps;
        T At(T x) => T.Select(folding, x, (T)1 / ((T)1 + T.Exp(-x)));
        return new(At(action[0]), At(action[1]), At(action[2]));
    }

    private Vector3<T> Gripper<T>(ReadOnlySpan<T> state)
        where T : struct, IScalar<T> => new(state[gripper], state[gripper + 1], state[gripper + 2]);

    private static SpaceSpec Particles(string name, string unit, IEnumerable<int> indices) =>
        SpaceSpec.Array(name, unit, indices, "x", "y", "z");

    private static SpaceSpec StateSpec(int n) => SpaceSpec.Join(
        Particles("position", "m", Enumerable.Range(0, n)),
        Particles("velocity", "m/s", Enumerable.Range(0, n)),
        new([.. StateComponents.Axes("gripper", "m", "xyz"), new("substeps done", "1"), new("steps done", "1")]));

    private SpaceSpec ObservationSpec() => SpaceSpec.Join(
        Particles("position", "m", observed),
        new(
        [
            .. StateComponents.Axes("gripper", "m", "xyz"),
            new("gripper radius", "m"),
            .. StateComponents.Axes("second gripper", "m", "xyz"),
            new("second gripper radius", "m"),
        ]));

    private SpaceSpec ActionSpec()
    {
        string[] names = ["pick x", "pick y", "pick z", "place x", "place y", "place z"];
        return options.Actions == ClothActions.Points
            ? new([.. names.Select(name => new Dimension(name, "m", 0, 1))])
            : SpaceSpec.Box(-1, 1, names);
    }
}
