namespace MbMix.Studies.Gaits;

/// <summary>How a policy with two feet runs along x in one episode.</summary>
/// <param name="Distance">Distance of the followed body along x [m].</param>
/// <param name="Seconds">Time until the end of the measurement or of the episode [s].</param>
/// <param name="Fell">Whether the episode terminated before the end of the measurement.</param>
/// <param name="Steps">How often the other foot took the lead.</param>
/// <param name="Flight">Share of the time in which nothing touched anything; NaN if it is not known.</param>
internal sealed record Gait(double Distance, double Seconds, bool Fell, int Steps, double Flight)
{
    /// <summary>Measures a deterministic policy.</summary>
    /// <param name="env">Environment that shows its states; it stays the caller's.</param>
    /// <param name="policy">The policy; it stays the caller's.</param>
    /// <param name="options">What to measure.</param>
    /// <returns>One gait per episode.</returns>
    /// <exception cref="ConfigurationException">The environment has no such feet.</exception>
    public static Gait[] Of(IDifferentiableEnv env, IPolicy policy, GaitOptions options)
    {
        var (view, spec, lanes) = (Require(env, options.Feet), env.Spec, options.Episodes);
        var bodies = view.Scene.Bodies.ToList();
        int[] feet = [.. options.Feet.Select(name => bodies.IndexOf(name))];
        var walkers = Enumerable.Range(0, lanes).Select(_ => new Walker(options.Lead)).ToArray();
        int steps = Math.Min(spec.EpisodeLength, (int)Math.Round(options.Seconds / spec.ControlPeriod));
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using var acting = new PolicyLanes(policy, lanes);
        var state = env.Reset([.. Enumerable.Range(0, lanes).Select(b => new LaneKey(options.Seed, b, 0))]);
        var last = torch.zeros([lanes, spec.Action.Size], spec.StateType);
        var observation = env.Observe(state, last);
        Look(state, last);
        for (int t = 0; t < steps && walkers.Any(w => w.Running); t++)
        {
            using var inner = torch.NewDisposeScope();
            var action = acting.Act(observation).to(spec.StateType);
            var step = env.Step(state, action);
            Look(step.NextState, action);
            bool[] ends = [.. step.Terminated.contiguous().Values<bool>()];
            int[] faults = [.. step.Fault.contiguous().Values<int>()];
            for (int b = 0; b < lanes; b++)
            {
                if (walkers[b].Running && (ends[b] || faults[b] != FaultCode.None)) walkers[b].Fell = true;
            }
            state.Dispose();
            observation.Dispose();
            (state, observation) =
                (step.NextState.MoveToOuterDisposeScope(), step.Observation.MoveToOuterDisposeScope());
        }
        return [.. walkers.Select(w => w.Measured(spec.ControlPeriod))];

        void Look(Tensor now, Tensor action)
        {
            using var frame = view.Pose(now, action);
            var poses = frame.Bodies.Values<double>();
            double X(int lane, int body, ReadOnlySpan<double> all) => all[((lane * bodies.Count) + body) * 7];
            int points = view.Scene.Points.Count;
            ReadOnlySpan<bool> touching = frame.Touching is { } t ? t.Values<bool>() : [];
            for (int b = 0; b < lanes; b++)
            {
                bool? contact = touching.IsEmpty ? null : touching.Slice(b * points, points).Contains(true);
                walkers[b].Look(
                    X(b, Math.Max(view.Scene.Follow, 0), poses), X(b, feet[0], poses) - X(b, feet[1], poses), contact);
            }
        }
    }

    private static ISceneView Require(IDifferentiableEnv env, string[] feet)
    {
        if (env.View is not { } view)
            throw new ConfigurationException($"{env.Spec.Id} does not say what it looks like, which this study needs.");
        if (feet.FirstOrDefault(f => !view.Scene.Bodies.Contains(f)) is { } missing)
        {
            throw new ConfigurationException(
                $"{env.Spec.Id} has no body '{OneLine.Value(missing)}': name its feet with --set study.feet=[...]; its "
                + $"bodies are {OneLine.Value(string.Join(", ", view.Scene.Bodies))}.");
        }
        return view;
    }

    // what was seen of one episode
    private sealed class Walker(double lead)
    {
        private double start, x;
        private int seen, leader, steps, flying;
        private bool contacts;

        public bool Running => !Fell;

        public bool Fell { get; set; }

        public void Look(double position, double difference, bool? touching)
        {
            if (Fell || !double.IsFinite(position)) return;
            if (seen++ == 0) start = position;
            x = position;
            int now = difference > lead ? 1 : difference < -lead ? -1 : leader;
            if (leader != 0 && now != leader) steps++;
            leader = now;
            contacts |= touching.HasValue;
            if (touching == false) flying++;
        }

        public Gait Measured(double period) =>
            new(x - start, (seen - 1) * period, Fell, steps, contacts ? (double)flying / seen : double.NaN);
    }
}
