namespace MbMix.TestKit;

/// <summary>Shapes, types and ownership of everything that an environment returns.</summary>
internal static class OutputChecks
{
    private const string Group = "outputs";

    /// <summary>Outputs that nothing can be done with keep everything else from being judged.</summary>
    public static Check Shapes(EnvironmentSubject subject, EnvironmentSettings s) => new(
        subject.Id, Group, "shapes and types", "outputs of the declared shapes and types",
        "Compare with the remarks of IDifferentiableEnv; a reward is [B], not [B, 1].",
        f => Shapes(subject.Env, s, f))
    {
        Obstruction = "outputs are not of the declared shapes and types",
    };

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
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
        var uniform = new CounterRandom(3, "actions").UniformTensor(0, s.Lanes, env.Spec.Action.Size);
        var action = Probes.Scale(env, (uniform * 2) - 1);
        Tensor? starts = null;
        // nothing else can be called without a state
        bool usable = findings.Try("Reset", "start states", () =>
        {
            var reset = env.Reset(Probes.Keys(s.Lanes, s.Seed));
            if (findings.RequireShape("Reset", reset, env.Spec.StateType, s.Lanes, env.Spec.State.Size))
                starts = reset.detach().clone().MoveToOuterDisposeScope();
        });
        if (!usable || starts is null || !Shapes(env, starts, action, findings)) return;
        findings.Harmless = true;
        if (findings.All.Count > 0) return;
        var (state, last) = EnvironmentCheck.Point(env, s);
        findings.Harmless = Shapes(env, state, last, findings);
    }

    private static bool Shapes(IDifferentiableEnv env, Tensor state, Tensor action, Findings findings)
    {
        bool usable = true;
        foreach (var call in Calls(env, state, action))
        {
            bool whole = false, shaped = false;
            whole = findings.Try(call.Member, "results", () =>
            {
                var outputs = call.Make();
                shaped = Shapes(outputs, findings);
                // of disposed or missing outputs, one says enough
                whole = outputs.All(o => o.Value is { IsInvalid: false });
            }) && whole;
            usable &= shaped;
            if (!whole) return false;
        }
        return usable;
    }

    private static bool Shapes(Output[] outputs, Findings findings)
    {
        bool usable = true;
        foreach (var output in outputs)
        {
            if (!findings.RequireShape(output.Name, output.Value, output.Type, output.Shape))
            {
                usable = false;
                if (output.Value is null || output.Value.IsInvalid) return false;
                continue;
            }
            findings.Require(
                output.Value.is_contiguous(), output.Name, "a tensor that is not contiguous", "contiguous()");
            bool cpu = output.Value.device_type == DeviceType.CPU;
            findings.Require(cpu, output.Name, $"a tensor on {output.Value.device_type}", "one on the CPU");
            findings.Require(
                output.History || !output.Value.requires_grad, output.Name, "a gradient history", "none");
        }
        return usable;
    }

    private static void Ownership(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var others = new List<(string Name, Tensor Value)> { ("the state given", state), ("the action given", action) };
        foreach (var call in Calls(env, state, action).Concat(Calls(env, state, action)))
        {
            foreach (var output in call.Make())
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
        foreach (var output in Calls(env, state, action).SelectMany(call => call.Make()))
            kept.Add((output, output.Value.detach().clone()));
        foreach (var call in Calls(env, other, otherAction)) call.Make();
        foreach (var (output, copy) in kept)
        {
            bool alive = !output.Value.IsInvalid;
            findings.Require(
                alive, $"{output.Name} after later calls", "a disposed tensor", "one that the caller owns");
            if (alive) findings.RequireSame($"{output.Name} after later calls", copy, output.Value.detach());
        }
        // what the caller disposes, the environment must not need any more
        foreach (var (output, _) in kept) output.Value.Dispose();
        foreach (var output in Calls(env, state, action).SelectMany(call => call.Make()))
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
            call.Make();
            findings.RequireSame($"state that was given to {call.Member}", stateBefore, state);
            findings.RequireSame($"action that was given to {call.Member}", actionBefore, action);
            using var noGrad = torch.no_grad();
            state.copy_(stateBefore);
            action.copy_(actionBefore);
        }
    }

    /// <summary>Every member that returns tensors, as a call that can be repeated.</summary>
    private static IEnumerable<Call> Calls(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        var (spec, b) = (env.Spec, state.shape[0]);
        var type = spec.StateType;
        int s = spec.State.Size, o = spec.Observation.Size, a = spec.Action.Size, t = env.Chart.TangentSize;
        var keys = Probes.Keys((int)b, 3);
        yield return new Call("Reset", () => [new("Reset", env.Reset(keys), type, [b, s]) { History = false }]);
        yield return new Call("Observe", () => [new("Observe", env.Observe(state, action), type, [b, o])]);
        yield return new Call("Step", () =>
        {
            var step = env.Step(state, action);
            return
            [
                new("next state of Step", step.NextState, type, [b, s]),
                new("observation of Step", step.Observation, type, [b, o]),
                new("reward of Step", step.Reward, type, [b]),
                new("termination of Step", step.Terminated, torch.ScalarType.Bool, [b]),
                new("fault of Step", step.Fault, torch.ScalarType.Int32, [b]),
            ];
        });
        if (env is IPredictiveEnv predictive)
        {
            yield return new Call("Evaluate", () =>
            {
                var outcome = predictive.Evaluate(state, action, state);
                return
                [
                    new("observation of Evaluate", outcome.Observation, type, [b, o]),
                    new("reward of Evaluate", outcome.Reward, type, [b]),
                    new("termination of Evaluate", outcome.Terminated, torch.ScalarType.Bool, [b]),
                ];
            });
        }
        if (env is not IJacobianEnv jacobian || spec.Gradient.Kind == GradientKind.None) yield break;
        yield return new Call("Linearize", () =>
        {
            var j = jacobian.Linearize(state, action);
            return
            [
                Without("State of Linearize", j.State, [b, t, t]),
                Without("Action of Linearize", j.Action, [b, t, a]),
                Without("ObservationState of Linearize", j.ObservationState, [b, o, t]),
                Without("ObservationAction of Linearize", j.ObservationAction, [b, o, a]),
                Without("RewardState of Linearize", j.RewardState, [b, t]),
                Without("RewardAction of Linearize", j.RewardAction, [b, a]),
            ];
        });
        yield return new Call("Pullback", () =>
        {
            using var probes = torch.ones([b, 2, t], type);
            var (dState, dAction) = jacobian.Pullback(state, action, probes);
            return
            [
                Without("dState of Pullback", dState, [b, 2, t]),
                Without("dAction of Pullback", dAction, [b, 2, a]),
            ];
        });

        Output Without(string name, Tensor value, long[] shape) =>
            new(name, value, type, shape) { History = false };
    }

    private sealed record Call(string Member, Func<Output[]> Make);

    private sealed record Output(string Name, Tensor Value, torch.ScalarType Type, long[] Shape)
    {
        /// <summary>Whether it may have a gradient history.</summary>
        public bool History { get; init; } = true;
    }
}
