namespace MbMix.TestKit;

/// <summary>Tensors are given back: the garbage collector does not see their memory.</summary>
internal static class LeakChecks
{
    private const string Group = "memory";
    private const int Warm = 3, Steps = 20;

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "tensors over many steps", "as many tensors after as before",
            "Do not collect tensors in fields, and do not detach them from dispose scopes.",
            f => Leaks(subject.Env, s, gradients: false, f));
        yield return new Check(
            subject.Id, Group, "tensors over many backward passes", "as many tensors after as before",
            "Release what a step keeps for its backward pass together with the graph.",
            f => Leaks(subject.Env, s, gradients: true, f));
        yield return new Check(
            subject.Id, Group, "temporaries", "calls that dispose what they do not return",
            "Open a NewDisposeScope() in each member and return results with MoveToOuterDisposeScope().",
            f => Temporaries(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Dispose", "an instance that is disposed",
            "Dispose must not throw, not even when it is called again.", f => Disposal(subject, s, f));
    }

    private static void Disposal(EnvironmentSubject subject, EnvironmentSettings s, Findings findings)
    {
        if (!subject.CanCreate)
        {
            findings.Skip("only one instance was given");
            return;
        }
        Dispose("Dispose", subject.New(CallingThread.Instance));
        var used = subject.New(CallingThread.Instance);
        Probes.Moving(used, s.Lanes, 1, s.Seed);
        if (findings.All.Count == 0 && Dispose("Dispose after a step", used)) Dispose("Dispose a second time", used);

        bool Dispose(string when, IDifferentiableEnv env) => findings.Try(when, "a return", env.Dispose);
    }

    private static void Leaks(IDifferentiableEnv env, EnvironmentSettings s, bool gradients, Findings findings)
    {
        if (gradients && env.Spec.Gradient.Kind == GradientKind.None)
        {
            findings.Skip("it has no gradients");
            return;
        }
        var (state, action) = EnvironmentCheck.Point(env, s);
        var keys = Probes.Keys(s.Lanes, s.Seed);
        for (int i = 0; i < Warm; i++) Step();
        long before = Memory.LiveTensors;
        for (int i = 0; i < Steps; i++) Step();
        long more = Memory.LiveTensors - before;
        string what = gradients ? "backward passes" : "steps";
        findings.Require(more <= 0, $"tensors that are left after {Steps} {what}", $"{more} more", "none");

        void Step()
        {
            using var scope = torch.NewDisposeScope();
            using var mode = torch.set_grad_enabled(gradients);
            var start = env.Reset(keys);
            env.Observe(start, action);
            var leaf = action.detach().clone().requires_grad_(gradients);
            var step = env.Step(state.detach().clone().requires_grad_(gradients), leaf);
            if (gradients && step.NextState.requires_grad)
                Backward.Run(step.NextState.sum() + step.Reward.sum() + step.Observation.sum());
        }
    }

    private static void Temporaries(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var keys = Probes.Keys(s.Lanes, s.Seed);
        using var noGrad = torch.no_grad();
        Require("Reset", () => [env.Reset(keys)]);
        Require("Observe", () => [env.Observe(state, action)]);
        Require("Step", () =>
        {
            var (next, observation, reward, terminated, fault) = env.Step(state, action);
            return [next, observation, reward, terminated, fault];
        });
        if (env is IPredictiveEnv predictive)
        {
            Require("Evaluate", () =>
            {
                var (observation, reward, terminated) = predictive.Evaluate(state, action, state);
                return [observation, reward, terminated];
            });
        }
        if (env is not IJacobianEnv jacobian || env.Spec.Gradient.Kind == GradientKind.None) return;
        Require("Linearize", () =>
        {
            var j = jacobian.Linearize(state, action);
            return [j.State, j.Action, j.ObservationState, j.ObservationAction, j.RewardState, j.RewardAction];
        });

        void Require(string member, Func<Tensor[]> call)
        {
            foreach (var tensor in call()) tensor.Dispose();
            long before = Memory.LiveTensors;
            foreach (var tensor in call()) tensor.Dispose();
            long more = Memory.LiveTensors - before;
            findings.Require(
                more <= 0, $"temporaries of {member}", $"{more} tensors that are not disposed", "none");
        }
    }
}
