namespace MbMix.TestKit;

/// <summary>Steps and observations are functions of their arguments: there is no hidden state.</summary>
internal static class PurityChecks
{
    private const string Group = "purity";
    private const string Hint =
        "Keep nothing between calls; a simulator that does must be set to the given state completely, with warm starts "
        + "and caches.";

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "Step", "steps", Hint,
            f => Repeated(subject.Env, s, "Step with the same arguments again", 0, f));
        yield return new Check(
            subject.Id, Group, "Step after other steps", "steps", Hint,
            f => Repeated(subject.Env, s, "Step after other steps", 20, f));
        yield return new Check(
            subject.Id, Group, "Observe", "observations", Hint, f => Observations(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Step with and without gradients", "the same values",
            "Compute the same way, whether a backward pass may follow or not.", f => Modes(subject.Env, s, f));
    }

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
