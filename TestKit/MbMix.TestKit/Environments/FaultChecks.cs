namespace MbMix.TestKit;

/// <summary>Lanes that are not numbers are reported, and hurt no other lane.</summary>
internal static class FaultChecks
{
    private const string Group = "faults";

    /// <summary>Where numbers are not finite, differences of any kind say nothing.</summary>
    public static Check Play(EnvironmentSubject subject, EnvironmentSettings s) => new(
        subject.Id, Group, "faults in ordinary play", "few faults",
        "Random actions within the bounds must not break the simulation: use smaller substeps or tighter bounds.",
        f => Play(subject.Env, s, f))
    {
        Obstruction = "the simulation is not finite",
    };

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "Step of a lane that is not a number", "a reported fault",
            "Set Fault where a component of state or action is not finite; select lanes with where(), do not multiply.",
            f => Sick(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "faults of single components", "a reported fault",
            "Check every component of state and action with isfinite().", f => Components(subject.Env, s, f));
    }

    private static void Sick(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var sound = env.Step(state, action);
        int faults = (int)sound.Fault.ne(0).sum().item<long>();
        findings.Require(faults == 0, "fault of sound lanes", $"{faults} of {s.Lanes}", "none");
        using var noGrad = torch.no_grad();
        var sickState = state.clone();
        sickState.select(0, 1).fill_(double.NaN);
        Check("a state", env.Step(sickState, action));
        var sickAction = action.clone();
        sickAction.select(0, 1).fill_(double.NaN);
        Check("an action", env.Step(state, sickAction));

        void Check(string what, EnvStep sick)
        {
            int fault = sick.Fault.select(0, 1).item<int>();
            findings.Require(fault != 0, $"fault of a lane with {what} that is not a number", "0", "a fault code");
            foreach (int lane in Enumerable.Range(0, s.Lanes).Where(lane => lane != 1))
            {
                string check = $"lane {lane} beside one with {what} that is not a number";
                findings.RequireSame(
                    $"next state of {check}", sound.NextState.select(0, lane), sick.NextState.select(0, lane));
                findings.RequireSame($"reward of {check}", sound.Reward.select(0, lane), sick.Reward.select(0, lane));
                findings.RequireSame($"fault of {check}", sound.Fault.select(0, lane), sick.Fault.select(0, lane));
            }
        }
    }

    private static void Components(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        var (spec, type) = (env.Spec, env.Spec.StateType);
        var (state, action) = Probes.Moving(env, 1, s.Steps, s.Seed);
        foreach (double value in new[] { double.NaN, double.PositiveInfinity })
        {
            string kind = double.IsNaN(value) ? "NaN" : "infinite";
            // lane i is sick in component i alone
            int rows = spec.State.Size;
            var states = state.repeat(rows, 1);
            for (int i = 0; i < rows; i++) states[i, i] = torch.tensor(value, type);
            Check(kind, "state", spec.State, env.Step(states, action.repeat(rows, 1)));
            // an infinite action may be clipped to its bound
            if (!double.IsNaN(value)) continue;
            rows = spec.Action.Size;
            var actions = action.repeat(rows, 1);
            for (int i = 0; i < rows; i++) actions[i, i] = torch.tensor(value, type);
            Check(kind, "action", spec.Action, env.Step(state.repeat(rows, 1), actions));
        }

        void Check(string kind, string what, SpaceSpec space, EnvStep step)
        {
            int[] codes = step.Fault.data<int>().ToArray();
            for (int i = 0; i < codes.Length; i++)
            {
                findings.Require(
                    codes[i] != 0, $"fault of a lane whose {what} '{space.Dimensions[i].Name}' is {kind}", "0",
                    "a fault code");
            }
        }
    }

    private static void Play(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        const int steps = 60;
        int lanes = Math.Max(s.Lanes, 8), faults = 0, silent = 0;
        string? first = null;
        var state = Probes.Starts(env, lanes, s.Seed);
        var random = new CounterRandom(s.Seed, "play");
        var still = torch.zeros([lanes, env.Spec.Action.Size], env.Spec.StateType);
        if (!findings.RequireFinite("Reset", state)) return;
        if (!findings.RequireFinite("Observe", env.Observe(state, still))) return;
        for (int t = 0; t < steps; t++)
        {
            using var scope = torch.NewDisposeScope();
            var unit = (random.UniformTensor(t, lanes, env.Spec.Action.Size) * 2) - 1;
            var step = env.Step(state, Probes.Scale(env, unit));
            var fault = step.Fault.ne(0);
            var wild = Wild(step.NextState) | Wild(step.Observation) | Wild(step.Reward.unsqueeze(1));
            var unsaid = wild & fault.logical_not();
            faults += (int)fault.sum().item<long>();
            silent += (int)unsaid.sum().item<long>();
            if (silent > 0) first ??= $"{Culprit(env.Spec, step, unsaid)} of step {t + 1}";
            var restart = (fault | step.Terminated | wild).unsqueeze(1);
            LaneKey[] keys = [.. Enumerable.Range(0, lanes).Select(lane => new LaneKey(s.Seed, lane, t + 1))];
            state = torch.where(restart, env.Reset(keys), step.NextState).MoveToOuterDisposeScope();
        }
        findings.Require(
            silent == 0, $"{first}: steps with numbers that are not finite",
            $"{silent} of {lanes * steps} without a fault code", "none");
        findings.Require(
            faults <= lanes * steps / 20, "faults under random actions", $"{faults} in {lanes * steps} steps",
            "at most one in 20");
        if (findings.All.Count > 0) return;
        var (moved, _) = EnvironmentCheck.Point(env, s);
        findings.RequireFinite($"state after {s.Steps} steps with the same action", moved);
    }

    private static Tensor Wild(Tensor rows) => rows.isfinite().all(1).logical_not();

    // the state first, because the others follow from it
    private static string Culprit(EnvSpec spec, EnvStep step, Tensor lanes)
    {
        int lane = (int)lanes.to(torch.ScalarType.Int32).argmax().item<long>();
        if (Name(spec.State, step.NextState) is { } component) return $"next state '{component}'";
        return Name(spec.Observation, step.Observation) is { } seen ? $"observation '{seen}'" : "reward";

        string? Name(SpaceSpec space, Tensor rows)
        {
            var wild = rows.select(0, lane).isfinite().logical_not();
            if (!wild.any().item<bool>()) return null;
            return space.Dimensions[(int)wild.to(torch.ScalarType.Int32).argmax().item<long>()].Name;
        }
    }
}
