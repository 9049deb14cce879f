namespace MbMix.TestKit;

/// <summary>Steps and observations are functions of their arguments: there is no hidden state.</summary>
internal static class PurityChecks
{
    private const string Group = "purity";
    private const string Hint =
        "Keep nothing between calls and draw no random numbers; a simulator must be set to the given state completely.";
    private const string Impure = "Step is no function of its arguments";
    private const int LongRun = 300;

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        var again = new Check(
            subject.Id, Group, "Step", "steps", Hint,
            f => Repeated(subject.Env, s, "Step with the same arguments again", 0, f))
        {
            Obstruction = Impure,
        };
        var later = new Check(
            subject.Id, Group, "Step after other steps", "steps", Hint,
            f => Repeated(subject.Env, s, "Step after other steps", 20, f))
        {
            Obstruction = Impure,
        };
        var instances = new Check(
            subject.Id, Group, "two instances", "instances that compute the same",
            "Draw no random numbers and read no clock where an instance is made or its physics is traced.",
            f => Instances(subject, s, f))
        {
            Obstruction = "instances differ",
        };
        var run = new Check(
            subject.Id, Group, "Step over a long run", "steps",
            "A counter, a cache or a time in a field? Keep nothing between calls.", f => Long(subject, s, f))
        {
            Obstruction = Impure,
        };
        yield return again;
        yield return later.If(again);
        yield return instances.If(again, later);
        yield return run.If(again, later, instances);
        yield return new Check(
            subject.Id, Group, "Observe", "observations", Hint, f => Observations(subject.Env, s, f)).If(run);
        yield return new Check(
            subject.Id, Group, "Step with and without gradients", "the same values",
            "Compute the same way, whether a backward pass may follow or not.", f => Modes(subject.Env, s, f))
            .If(again, later, instances, run);
    }

    /// <summary>The check to make after all others, when the shared instance has been used in every way.</summary>
    public static Check Late(EnvironmentSubject subject, EnvironmentSettings s) => new(
        subject.Id, Group, "Step after all other checks", "steps", Hint, f => Used(subject, s, f));

    public static void RequireSameSteps(string check, EnvStep expected, EnvStep actual, Findings findings)
    {
        findings.RequireSame($"next state of {check}", expected.NextState, actual.NextState);
        findings.RequireSame($"observation of {check}", expected.Observation, actual.Observation);
        findings.RequireSame($"reward of {check}", expected.Reward, actual.Reward);
        findings.RequireSame($"termination of {check}", expected.Terminated, actual.Terminated);
        findings.RequireSame($"fault of {check}", expected.Fault, actual.Fault);
    }

    private static void Repeated(
        IDifferentiableEnv env, EnvironmentSettings s, string check, int between, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        // copies, so that an environment that overwrites its arguments is blamed for that alone
        var step = env.Step(state.clone(), action.clone());
        var (other, otherAction) = between == 0 ? (null, null) : Probes.Moving(env, 2, 1, s.Seed + 9);
        for (int t = 0; t < between; t++) other = env.Step(other!, otherAction!).NextState;
        RequireSameSteps(check, step, env.Step(state.clone(), action.clone()), findings);
    }

    private static void Instances(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        if (!subject.CanCreate)
        {
            findings.Skip("only one instance was given");
            return;
        }
        using var noGrad = torch.no_grad();
        using EnvironmentSubject.Instance first = subject.Another(), second = subject.Another();
        var change = Description.Difference(Description.Of(first.Env), Description.Of(second.Env));
        if (change is { } c)
            findings.Require(false, $"{c.Name} of a second instance", c.Came, $"{c.Expected}, as of the first");
        var keys = Probes.Keys(s.Lanes, s.Seed);
        Tensor expected = first.Env.Reset(keys), came = second.Env.Reset(keys);
        findings.RequireSame("Reset of a second instance", expected, came);
        var (state, action) = EnvironmentCheck.Point(subject.Env, s);
        var (one, other) = (first.Env.Step(state.clone(), action.clone()), second.Env.Step(state, action));
        RequireSameSteps("Step of a second instance", one, other, findings);
    }

    // compared after every step, because what a counter does need not last
    private static void Long(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        using EnvironmentSubject.Instance fresh = subject.Another(), used = subject.Another();
        var env = used.Env;
        var (state, action) = EnvironmentCheck.Point(subject.Env, s with { Lanes = 2 });
        var keys = Probes.Keys(2, s.Seed);
        var expected = fresh.Env.Step(state.clone(), action.clone());
        var (starts, observation) = (fresh.Env.Reset(keys), fresh.Env.Observe(state, action));
        var random = new CounterRandom(s.Seed, "long");
        var other = env.Reset(keys);
        for (int t = 1; t <= Math.Min(LongRun, s.EpisodeSteps) && findings.All.Count == 0; t++)
        {
            using var scope = torch.NewDisposeScope();
            var unit = (random.UniformTensor(t, 2, env.Spec.Action.Size) * 2) - 1;
            var step = env.Step(other, Probes.Scale(env, unit));
            var restart = (step.Terminated | step.Fault.ne(0)).unsqueeze(1);
            other = torch.where(restart, starts, step.NextState).MoveToOuterDisposeScope();
            string after = $"after {2 * t} others, compared with a new instance";
            // sometimes twice, so that no period of two calls hides behind the other lanes
            for (int i = 0; i < (t % 7 == 0 ? 2 : 1) && findings.All.Count == 0; i++)
                RequireSameSteps($"Step {after}", expected, env.Step(state.clone(), action.clone()), findings);
            if (t % 10 != 0) continue;
            findings.RequireSame($"Reset {after}", starts, env.Reset(keys));
            findings.RequireSame($"Observe {after}", observation, env.Observe(state, action));
        }
    }

    private static void Used(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        if (!subject.CanCreate)
        {
            findings.Skip("only one instance was given");
            return;
        }
        using var fresh = subject.Another();
        var (state, action) = EnvironmentCheck.Point(subject.Env, s);
        const string where = "after all other checks, compared with a new instance";
        RequireSameSteps(
            $"Step {where}", fresh.Env.Step(state.clone(), action.clone()),
            subject.Env.Step(state.clone(), action.clone()), findings);
        findings.RequireSame(
            $"Observe {where}", fresh.Env.Observe(state, action), subject.Env.Observe(state, action));
        if (subject.Env.Spec.Gradient.Kind == GradientKind.None) return;
        findings.RequireSame($"gradient of Step {where}", Gradient(fresh.Env), Gradient(subject.Env));

        Tensor Gradient(IDifferentiableEnv env)
        {
            var leaf = state.detach().clone().requires_grad_(true);
            var step = env.Step(leaf, action.detach());
            var total = step.NextState.sum() + step.Reward.sum();
            if (total.requires_grad) Backward.Run(total);
            return leaf.grad ?? torch.zeros_like(leaf);
        }
    }

    private static void Observations(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var observation = env.Observe(state, action);
        findings.RequireShape("Observe", observation, env.Spec.StateType, s.Lanes, env.Spec.Observation.Size);
        findings.RequireFinite("Observe", observation);
        findings.RequireSame("Observe of the same state again", observation, env.Observe(state, action));
        env.Step(state * 0.9, action);
        findings.RequireSame("Observe of the same state after a step", observation, env.Observe(state, action));
    }

    private static void Modes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        EnvStep quiet;
        using (torch.no_grad()) quiet = env.Step(state.clone(), action.clone());
        var leaf = action.detach().clone().requires_grad_(true);
        var graded = env.Step(state.detach().clone().requires_grad_(true), leaf);
        const string check = "Step with a gradient history, compared with one under no_grad";
        RequireSameSteps(check, quiet, graded, findings);
    }
}
