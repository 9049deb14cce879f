namespace MbMix.TestKit;

/// <summary>
/// Derivatives are those of the values. What an environment declares is verified, not believed.
/// </summary>
internal static class GradientChecks
{
    private const string Group = "gradients";
    private const string Hint =
        "Where values and derivatives differ, look for detach(), in-place changes and values taken out with item().";

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "gradient history", "gradients where they belong",
            "Write Step in torch operations, or as one autograd node; under no_grad, keep nothing.",
            f => History(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "derivatives of a step", "derivatives", Hint, f => OfStep(subject.Precise, s, f));
        yield return new Check(
            subject.Id, Group, "derivatives of observations", "derivatives",
            "Observe and Evaluate are differentiable in all arguments.", f => OfOutcomes(subject.Precise, s, f));
        yield return new Check(
            subject.Id, Group, "gradients of returns", "gradients",
            "Single steps are right but windows are not: is history cut between steps, or state kept between calls?",
            f => OfReturns(subject.Precise, s, f));
        yield return new Check(
            subject.Id, Group, "Jacobians", "Jacobians and pullbacks",
            "Linearize and Pullback are in tangent coordinates, with the rows of outputs first.",
            f => Jacobians(subject.Precise, s, f));
        yield return new Check(
            subject.Id, "chart", "maps of the chart", "maps that are inverse to each other",
            "Difference(a, b) leads from a to b, and Integrate(a, Difference(a, b)) is b.",
            f => Chart(subject.Env, s, f));
    }

    private static bool Incomparable(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (!Without(env, s, findings) && env.Spec.Gradient.Kind == GradientKind.Surrogate)
            findings.Skip("its gradients are on purpose not those of the step");
        return findings.Skipped is not null;
    }

    private static bool Without(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None) findings.Skip("it has no gradients");
        else if (!s.Derivatives) findings.Skip("derivatives are left out by the settings");
        return findings.Skipped is not null;
    }

    private static void History(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var leaf = action.detach().clone().requires_grad_(true);
        var origin = state.detach().clone().requires_grad_(true);
        using (torch.no_grad())
        {
            var kept = env.Step(origin, leaf);
            findings.Require(!kept.NextState.requires_grad, "next state under no_grad", "a gradient history", "none");
            findings.Require(!kept.Reward.requires_grad, "reward under no_grad", "a gradient history", "none");
            findings.Require(
                !kept.Observation.requires_grad, "observation under no_grad", "a gradient history", "none");
        }
        var step = env.Step(origin, leaf);
        if (env.Spec.Gradient.Kind == GradientKind.None) return;
        // what has no effect has no derivative either; whether it should have one is for other checks to say
        bool byAction = Moves(env, state), byState = Depends(env, state, action);
        if (!byAction && !byState)
        {
            findings.Skip("the next state depends on neither state nor action");
            return;
        }
        findings.Require(
            step.NextState.requires_grad, "next state", "no gradient history",
            byAction ? "one to the action" : "one to the state");
        if (!step.NextState.requires_grad) return;
        Backward.Run(step.NextState.square().sum());
        if (byAction) NotZero("action", leaf);
        if (byState) NotZero("state", origin);

        void NotZero(string input, Tensor by)
        {
            double gradient = by.grad is { } came ? Findings.Largest(came.abs()) : 0;
            findings.Require(gradient > 0, $"gradient of the next state by the {input}", "0", "another value");
        }
    }

    private static bool Moves(IDifferentiableEnv env, Tensor state)
    {
        using var noGrad = torch.no_grad();
        var ones = torch.ones(state.shape[0], env.Spec.Action.Size);
        Tensor low = env.Step(state, Probes.Scale(env, -ones)).NextState;
        return !Findings.SameBits(low, env.Step(state, Probes.Scale(env, ones)).NextState);
    }

    private static bool Depends(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        using var noGrad = torch.no_grad();
        return !Findings.SameBits(
            env.Step(state, action).NextState, env.Step(state.flip(0).contiguous(), action).NextState);
    }

    private static void OfStep(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (Incomparable(env, s, findings)) return;
        var (state, action) = Interior(env, s.GradientLanes);
        var type = env.Spec.StateType;
        var differences = new Differences(DifferenceSettings.Of(env.Spec), "Step", findings);
        differences.Compare("state", env.Chart.TangentSize, type, s.GradientLanes, d =>
            Outputs(env.Step(env.Chart.Integrate(state, d), action)));
        differences.Compare("action", env.Spec.Action.Size, type, s.GradientLanes, d =>
            Outputs(env.Step(state, action + (d * Half(env)))));
        RequireSmooth(differences, s, findings);

        (string, Tensor)[] Outputs(EnvStep step) =>
        [
            ("next state", step.NextState), ("observation", step.Observation), ("reward", step.Reward.unsqueeze(1)),
        ];
    }

    private static void OfOutcomes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (Without(env, s, findings)) return;
        var (state, action) = Interior(env, s.GradientLanes);
        var (spec, chart) = (env.Spec, env.Chart);
        var observe = new Differences(DifferenceSettings.Of(spec), "Observe", findings);
        observe.Compare("state", chart.TangentSize, spec.StateType, s.GradientLanes, d =>
            [("observation", env.Observe(chart.Integrate(state, d), action))]);
        observe.Compare("last action", spec.Action.Size, spec.StateType, s.GradientLanes, d =>
            [("observation", env.Observe(state, action + (d * Half(env))))]);
        RequireSmooth(observe, s, findings);
        if (env is not IPredictiveEnv predictive) return;
        Tensor next;
        using (torch.no_grad()) next = env.Step(state, action).NextState;
        var evaluate = new Differences(DifferenceSettings.Of(spec), "Evaluate", findings);
        Evaluate("state", chart.TangentSize, d => predictive.Evaluate(chart.Integrate(state, d), action, next));
        Evaluate("action", spec.Action.Size, d => predictive.Evaluate(state, action + (d * Half(env)), next));
        Evaluate("next state", chart.TangentSize, d => predictive.Evaluate(state, action, chart.Integrate(next, d)));
        RequireSmooth(evaluate, s, findings);

        void Evaluate(string input, int size, Func<Tensor, Outcome> map) =>
            evaluate.Compare(input, size, spec.StateType, s.GradientLanes, d =>
            {
                var outcome = map(d);
                return [("observation", outcome.Observation), ("reward", outcome.Reward.unsqueeze(1))];
            });
    }

    private static void OfReturns(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (Incomparable(env, s, findings)) return;
        var settings = new ReturnGradientSettings
        {
            Lanes = s.GradientLanes,
            Horizon = s.GradientHorizon,
            SmoothShare = s.SmoothShare,
        };
        if (env.Spec.StateType != torch.ScalarType.Float64)
        {
            // single precision rounds away what small steps change, so corners cannot be told from rounding
            settings = settings with
            {
                Displacement = 0.02,
                Tolerance = 0.1,
                SmoothTolerance = 0.05,
                CornerTolerance = double.PositiveInfinity,
            };
        }
        else if (env.Spec.Gradient.Kind == GradientKind.FiniteDifference)
        {
            double promised = 10 * env.Spec.Gradient.Tolerance;
            settings = settings with
            {
                Displacement = 1e-5,
                Tolerance = Math.Max(settings.Tolerance, promised),
                SmoothTolerance = Math.Max(settings.SmoothTolerance, promised / 2),
                CornerTolerance = Math.Max(settings.CornerTolerance, promised),
                WrongShare = 0.1,
            };
        }
        ReturnGradientCheck.Compare(env, settings with { Log = line => findings.Note = line }, findings);
    }

    private static void Jacobians(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (Without(env, s, findings)) return;
        double tolerance = env.Spec.StateType == torch.ScalarType.Float64 ? 1e-9 : 1e-3;
        if (env.Spec.Gradient.Kind == GradientKind.FiniteDifference)
            tolerance = Math.Max(tolerance, env.Spec.Gradient.Tolerance);
        var settings = new JacobianSettings { Steps = s.Steps, Seed = s.Seed, Tolerance = tolerance };
        JacobianCheck.Compare(env, settings, findings);
    }

    private static void Chart(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, _) = EnvironmentCheck.Point(env, s);
        var precise = state.to(torch.ScalarType.Float64);
        if (env.Spec.StateType == torch.ScalarType.Float32 && !Accepts(env.Chart, precise))
        {
            ChartCheck.Compare(env.Chart, state, new ChartSettings
            {
                Step = 1e-2,
                DerivativeTolerance = 5e-3,
                ValueTolerance = 1e-4,
                ZeroTolerance = 1e-5,
            }, findings);
            return;
        }
        // what was rounded to float32 lies a little off the manifold, such as that of unit quaternions
        ChartCheck.Compare(env.Chart, OnManifold(env.Chart, precise), new ChartSettings(), findings);
    }

    private static Tensor OnManifold(IStateChart chart, Tensor state) =>
        chart.Integrate(state, torch.zeros([state.shape[0], chart.TangentSize], state.dtype)).detach();

    // a chart need not take more precise states than its environment
    private static bool Accepts(IStateChart chart, Tensor state)
    {
        try
        {
            return chart.Features(state).dtype == state.dtype && OnManifold(chart, state).dtype == state.dtype;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    private static (Tensor State, Tensor Action) Interior(IDifferentiableEnv env, int lanes)
    {
        var random = new Random(17);
        var state = Probes.Various(env, lanes, 49, random);
        return (state, Probes.Scale(env, Probes.Uniform(random, lanes, env.Spec.Action.Size, 0.9)));
    }

    private static Tensor Half(IDifferentiableEnv env)
    {
        var (low, high) = Probes.Bounds(env);
        return ((high - low) / 2).to(env.Spec.StateType);
    }

    private static void RequireSmooth(Differences differences, EnvironmentSettings s, Findings findings)
    {
        findings.Note = findings.Note.Length == 0 ? differences.Summary : $"{findings.Note}; {differences.Summary}";
        findings.Require(
            differences.SmoothShare >= s.SmoothShare,
            "share of derivatives where differences agree with themselves",
            $"{Findings.Text(differences.SmoothShare)} ({differences.Summary})",
            $"at least {Findings.Text(s.SmoothShare)}",
            "Too few states were smooth enough to compare: is the step noisy, or does it jump?");
    }
}
