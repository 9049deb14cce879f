namespace MbMix.TestKit;

/// <summary>Shapes, types and ownership of everything that an environment returns.</summary>
internal static class OutputChecks
{
    private const string Group = "outputs";

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "shapes and types", "outputs of the declared shapes and types",
            "Compare with the remarks of IDifferentiableEnv; a reward is [B], not [B, 1].",
            f => Shapes(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "shapes of a single lane", "outputs of the declared shapes and types",
            "Keep the batch dimension for a batch of 1; squeeze() drops it.",
            f => Shapes(subject.Env, s with { Lanes = 1 }, f));
        yield return new Check(
            subject.Id, Group, "ownership of outputs", "outputs that share no memory with anything else",
            "The caller may overwrite or dispose what it gets: return a clone() where memory would be shared.",
            f => Ownership(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "outputs after later calls", "outputs that stay as they are",
            "Return new tensors from each call, not a buffer that is used again.", f => Lasting(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "arguments", "arguments that stay as they are",
            "Do not use in-place operations (names that end in _) on arguments.", f => Arguments(subject.Env, s, f));
    }

    private static void Shapes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        foreach (var output in Calls(env, state, action).SelectMany(call => call()))
        {
            if (!findings.RequireShape(output.Name, output.Value, output.Type, output.Shape)) continue;
            findings.Require(
                output.Value.is_contiguous(), output.Name, "a tensor that is not contiguous", "contiguous()");
            bool cpu = output.Value.device_type == DeviceType.CPU;
            findings.Require(cpu, output.Name, $"a tensor on {output.Value.device_type}", "one on the CPU");
            findings.Require(
                output.History || !output.Value.requires_grad, output.Name, "a gradient history", "none");
        }
    }

    private static void Ownership(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var others = new List<(string Name, Tensor Value)> { ("the state given", state), ("the action given", action) };
        foreach (var call in Calls(env, state, action).Concat(Calls(env, state, action)))
        {
            foreach (var output in call())
            {
                if (output.Value is null || output.Value.IsInvalid) continue;
                var same = others.Find(o => ReferenceEquals(o.Value, output.Value));
                var shared = others.Find(o => Memory.Overlap(o.Value, output.Value));
                findings.Require(
                    shared.Name is null && same.Name is null,
                    output.Name,
                    same.Name is not null ? $"the same object as {same.Name}" : $"memory shared with {shared.Name}",
                    "memory of its own");
                others.Add((output.Name, output.Value));
            }
        }
    }

    private static void Lasting(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var (other, otherAction) = Probes.Moving(env, s.Lanes, 2, s.Seed + 7);
        var kept = new List<(Output Output, Tensor Copy)>();
        foreach (var output in Calls(env, state, action).SelectMany(call => call()))
            kept.Add((output, output.Value.detach().clone()));
        foreach (var call in Calls(env, other, otherAction)) call();
        foreach (var (output, copy) in kept)
        {
            bool alive = !output.Value.IsInvalid;
            findings.Require(
                alive, $"{output.Name} after later calls", "a disposed tensor", "one that the caller owns");
            if (alive) findings.RequireSame($"{output.Name} after later calls", copy, output.Value.detach());
        }
        // what the caller disposes, the environment must not need any more
        foreach (var (output, _) in kept) output.Value.Dispose();
        foreach (var output in Calls(env, state, action).SelectMany(call => call()))
        {
            bool alive = !output.Value.IsInvalid;
            findings.Require(
                alive, $"{output.Name} after earlier ones were disposed", "a disposed tensor", "a new one");
        }
    }

    private static void Arguments(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        Tensor stateBefore = state.clone(), actionBefore = action.clone();
        foreach (var call in Calls(env, state, action))
        {
            string name = call()[0].Member;
            findings.RequireSame($"state that was given to {name}", stateBefore, state);
            findings.RequireSame($"action that was given to {name}", actionBefore, action);
            using var noGrad = torch.no_grad();
            state.copy_(stateBefore);
            action.copy_(actionBefore);
        }
    }

    /// <summary>Every member that returns tensors, as a call that can be repeated.</summary>
    private static IEnumerable<Func<Output[]>> Calls(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        var (spec, b) = (env.Spec, state.shape[0]);
        var type = spec.StateType;
        int s = spec.State.Size, o = spec.Observation.Size, a = spec.Action.Size, t = env.Chart.TangentSize;
        var keys = Probes.Keys((int)b, 3);
        yield return () => [new("Reset", "Reset", env.Reset(keys), type, [b, s]) { History = false }];
        yield return () => [new("Observe", "Observe", env.Observe(state, action), type, [b, o])];
        yield return () =>
        {
            var step = env.Step(state, action);
            return
            [
                new("Step", "next state of Step", step.NextState, type, [b, s]),
                new("Step", "observation of Step", step.Observation, type, [b, o]),
                new("Step", "reward of Step", step.Reward, type, [b]),
                new("Step", "termination of Step", step.Terminated, torch.ScalarType.Bool, [b]),
                new("Step", "fault of Step", step.Fault, torch.ScalarType.Int32, [b]),
            ];
        };
        if (env is IPredictiveEnv predictive)
        {
            yield return () =>
            {
                var outcome = predictive.Evaluate(state, action, state);
                return
                [
                    new("Evaluate", "observation of Evaluate", outcome.Observation, type, [b, o]),
                    new("Evaluate", "reward of Evaluate", outcome.Reward, type, [b]),
                    new("Evaluate", "termination of Evaluate", outcome.Terminated, torch.ScalarType.Bool, [b]),
                ];
            };
        }
        if (env is not IJacobianEnv jacobian || spec.Gradient.Kind == GradientKind.None) yield break;
        yield return () =>
        {
            var j = jacobian.Linearize(state, action);
            return
            [
                Without("Linearize", "State of Linearize", j.State, [b, t, t]),
                Without("Linearize", "Action of Linearize", j.Action, [b, t, a]),
                Without("Linearize", "ObservationState of Linearize", j.ObservationState, [b, o, t]),
                Without("Linearize", "ObservationAction of Linearize", j.ObservationAction, [b, o, a]),
                Without("Linearize", "RewardState of Linearize", j.RewardState, [b, t]),
                Without("Linearize", "RewardAction of Linearize", j.RewardAction, [b, a]),
            ];
        };
        yield return () =>
        {
            using var probes = torch.ones([b, 2, t], type);
            var (dState, dAction) = jacobian.Pullback(state, action, probes);
            return
            [
                Without("Pullback", "dState of Pullback", dState, [b, 2, t]),
                Without("Pullback", "dAction of Pullback", dAction, [b, 2, a]),
            ];
        };

        Output Without(string member, string name, Tensor value, long[] shape) =>
            new(member, name, value, type, shape) { History = false };
    }

    private sealed record Output(string Member, string Name, Tensor Value, torch.ScalarType Type, long[] Shape)
    {
        /// <summary>Whether it may have a gradient history.</summary>
        public bool History { get; init; } = true;
    }
}
