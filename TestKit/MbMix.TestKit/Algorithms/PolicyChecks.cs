using MbMix.Learning;

namespace MbMix.TestKit;

/// <summary>The policy: its actions, and what acting leaves behind.</summary>
internal static class PolicyChecks
{
    private const string Group = "policy";
    private const int Lanes = 7;

    public static IEnumerable<Check> Of(AlgorithmSubject subject, AlgorithmSettings s)
    {
        yield return new Check(
            subject.Id, Group, "actions", "actions within the bounds",
            "Squash and scale to the bounds of Spec.Action inside the policy, in float32 [B, A].",
            f => Actions(subject, f));
        yield return new Check(
            subject.Id, Group, "actions without tensors", "the actions of the other Act",
            "Let both members compute the same map, with normalization.", f => Spans(subject, f));
        yield return new Check(
            subject.Id, Group, "memory", "a memory that decides about the actions, lane by lane",
            "Return what to remember as float32 [B, M], and let it and the observation of a lane decide alone.",
            f => Memory(subject, f));
        yield return new Check(
            subject.Id, Group, "acting changes nothing", "training that does not depend on acting",
            "Acting must not update the normalizer or draw from generators of training.",
            f => Acting(subject, s, f));
        yield return new Check(
            subject.Id, Group, "export", "an exported policy that acts the same",
            "Export normalizer, layers, squash and bounds as copies.", f => Export(subject, f));
    }

    private static void Actions(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        var policy = run.Optimizer.Policy;
        run.Trace(2);
        findings.Require(
            ReferenceEquals(policy, run.Optimizer.Policy), "Policy after iterations", "another object", "the same");
        var spec = run.Env.Spec;
        var far = run.Observations(Lanes) * 100;
        foreach (var (name, observation) in new[] { ("", run.Observations(Lanes)), (" far from the data", far) })
        {
            var before = observation.clone();
            var action = policy.Act(observation);
            if (!Sound($"Act{name}", action)) return;
            findings.RequireSame($"observation that was given to Act{name}", before, observation);
            findings.RequireSame($"Act{name} again", action, policy.Act(observation));
            var alone = policy.Act(observation.narrow(0, 2, 1).contiguous());
            findings.RequireCloseComponents($"Act{name} of lane 2 alone", action.narrow(0, 2, 1), alone, 1e-4);
            var noise = new CounterRandom(5, "noise").NormalTensor(0, Lanes, spec.Action.Size) * 3;
            Sound($"Act{name} with noise", policy.Act(observation, noise));
        }

        bool Sound(string check, Tensor action)
        {
            if (!findings.RequireShape(check, action, torch.ScalarType.Float32, Lanes, spec.Action.Size)) return false;
            findings.RequireFinite(check, action);
            findings.Require(!action.requires_grad, check, "a gradient history", "none");
            float[] values = action.contiguous().data<float>().ToArray();
            var beyond = values.Select((a, i) => (Value: a, Bounds: spec.Action.Dimensions[i % spec.Action.Size]))
                .FirstOrDefault(p => p.Value < Rounded(p.Bounds.Low) || p.Value > Rounded(p.Bounds.High));
            findings.Require(
                beyond.Bounds is null, check, $"{beyond.Bounds?.Name} {Findings.Text(beyond.Value)}",
                $"{beyond.Bounds?.Low} to {beyond.Bounds?.High}");
            return true;
        }

        // a bound may not be a number of single precision
        static double Rounded(double bound) => bound + (Math.Sign(bound) * 1e-6 * Math.Abs(bound));
    }

    private static void Spans(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        run.Trace(2);
        var policy = run.Optimizer.Policy;
        var observation = run.Observations(Lanes);
        float[] expected = policy.Act(observation).contiguous().data<float>().ToArray();
        float[] rows = observation.contiguous().data<float>().ToArray();
        int o = run.Env.Spec.Observation.Size, a = run.Env.Spec.Action.Size;
        for (int lane = 0; lane < Lanes; lane++)
        {
            float[] action = new float[a];
            policy.Act(rows.AsSpan(lane * o, o), action);
            Close(findings, run.Env.Spec, "Act without tensors", expected.AsSpan(lane * a, a), action);
        }
    }

    private static void Memory(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        run.Trace(2);
        if (run.Optimizer.Policy is not IRecurrentPolicy policy)
        {
            findings.Skip("its policy has no memory");
            return;
        }
        var (spec, size) = (run.Env.Spec, policy.MemorySize);
        findings.Require(size >= 1, "MemorySize", Findings.Text(size), "1 or more");
        var observation = run.Observations(Lanes);
        using var none = torch.zeros(Lanes, size);
        var first = policy.ActWithMemory(observation, none);
        if (!findings.RequireShape("memory", first.Memory, torch.ScalarType.Float32, Lanes, size)) return;
        findings.RequireFinite("memory", first.Memory);
        findings.RequireSame("memory that was given to ActWithMemory", torch.zeros(Lanes, size), none);
        findings.RequireSame("Act, which is the first step of an episode", first.Action, policy.Act(observation));
        var kept = first.Memory.clone();
        var second = policy.ActWithMemory(observation, first.Memory);
        findings.RequireSame("memory that was given to ActWithMemory again", kept, first.Memory);
        findings.RequireSame(
            "ActWithMemory again", second.Action, policy.ActWithMemory(observation, first.Memory).Action);
        var alone = policy.ActWithMemory(
            observation.narrow(0, 2, 1).contiguous(), first.Memory.narrow(0, 2, 1).contiguous());
        findings.RequireCloseComponents(
            "ActWithMemory of lane 2 alone", second.Action.narrow(0, 2, 1), alone.Action, 1e-4);
        float[] memory = kept[2].contiguous().data<float>().ToArray(), action = new float[spec.Action.Size];
        policy.ActWithMemory(observation[2].contiguous().data<float>().ToArray(), memory, action);
        Close(
            findings, spec, "ActWithMemory without tensors", second.Action[2].contiguous().data<float>().ToArray(),
            action);
    }

    private static void Acting(AlgorithmSubject subject, AlgorithmSettings s, Findings findings)
    {
        using var acting = new AlgorithmRun(subject, seed: 3);
        acting.Trace(2);
        var before = acting.Save();
        Act(acting);
        var changed = acting.Save().Differing(before);
        findings.Require(
            changed.Count == 0, "what Save writes after acting",
            $"other values of {string.Join(", ", changed.Take(3))}",
            "the same, bit for bit");
        string[] came = acting.Trace(s.Iterations);

        using var idle = new AlgorithmRun(subject, seed: 3);
        idle.Trace(2);
        bool same = came.SequenceEqual(idle.Trace(s.Iterations));
        findings.Require(same, "iterations after acting", "other reports than without", "the same, bit for bit");

        static void Act(AlgorithmRun run)
        {
            var spec = run.Env.Spec;
            var observation = run.Observations(Lanes);
            for (int k = 0; k < 5; k++)
            {
                run.Optimizer.Policy.Act(observation * k);
                run.Optimizer.Policy.Act(observation, torch.ones(Lanes, spec.Action.Size));
                run.Optimizer.Policy.Act(new float[spec.Observation.Size], new float[spec.Action.Size]);
            }
        }
    }

    private static void Export(AlgorithmSubject subject, Findings findings)
    {
        using var run = new AlgorithmRun(subject, seed: 3);
        run.Trace(2);
        if (run.Optimizer.Policy is not IExportablePolicy policy)
        {
            findings.Skip("its policy cannot be exported");
            return;
        }
        var spec = run.Env.Spec;
        var observation = run.Observations(Lanes);
        var expected = policy.Act(observation).clone();
        var artifact = policy.Export(spec, subject.Id);
        findings.Require(
            artifact.Algorithm == subject.Id && artifact.Environment == spec.Id, "ids in the exported policy",
            $"{artifact.Algorithm} and {artifact.Environment}", $"{subject.Id} and {spec.Id}");
        run.Trace(1);
        using var loaded = new LoadedPolicy(artifact);
        float[] wanted = expected.data<float>().ToArray();
        float[] came = loaded.Act(observation).contiguous().data<float>().ToArray();
        const string check = "exported policy, after training went on";
        Close(findings, spec, check, wanted, came);
        float[] single = new float[spec.Action.Size];
        loaded.Act(observation.contiguous().data<float>().ToArray().AsSpan(0, spec.Observation.Size), single);
        Close(findings, spec, $"{check}, without tensors", wanted.AsSpan(0, spec.Action.Size), single);
    }

    private static void Close(
        Findings findings, EnvSpec spec, string check, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            var d = spec.Action.Dimensions[i % spec.Action.Size];
            bool close = Math.Abs(expected[i] - actual[i]) <= 1e-5 * (d.High - d.Low);
            findings.Require(
                close, check, $"{d.Name} {Findings.Text(actual[i])}",
                $"{Findings.Text(expected[i])}, as Act with tensors");
            if (!close) return;
        }
    }
}
