using MbMix.Learning;

namespace MbMix.TestKit;

/// <summary>Observe and Evaluate agree with Step, and episodes end as they should.</summary>
internal static class OutcomeChecks
{
    private const string Group = "outcomes";

    // what a step leaves in a simulator, such as contact forces, may be part of the observation of an environment that
    // cannot evaluate predicted states; but the state is part of it too
    private const double SmallestShare = 0.1;

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "Observe against Step", "the observation that Step reported",
            "Compute both by one function of (state, last action).", f => Observations(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Evaluate against Step", "the outcome that Step reported",
            "Let Step call Evaluate.", f => Outcomes(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "episodes", "episodes that end by themselves or at their length",
            "Terminated is for tasks that end by themselves; the caller counts steps and truncates.",
            f => Episodes(subject.Env, s, f));
    }

    private static void Observations(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        using var noGrad = torch.no_grad();
        var (state, action) = EnvironmentCheck.Point(env, s);
        var step = env.Step(state, action);
        var observed = env.Observe(step.NextState, action);
        const string check = "Observe of the next state, compared with the observation of Step";
        if (env is IPredictiveEnv)
            findings.RequireCloseComponents(check, step.Observation, observed, s.ToleranceOf(env));
        else
            Partly(check, step.Observation, observed, s.ToleranceOf(env), findings);
    }

    private static void Partly(string check, Tensor expected, Tensor actual, double tolerance, Findings findings)
    {
        if (!findings.RequireShape(check, actual, expected.dtype, expected.shape)) return;
        var close = ((expected - actual).abs() <= tolerance * (1 + expected.abs())).all(0);
        long same = close.sum().item<long>(), all = close.numel();
        findings.Note = $"{same} of {all} components agree";
        findings.Require(
            same >= SmallestShare * all, check, findings.Note,
            $"at least {SmallestShare:P0}, as it is no IPredictiveEnv");
    }

    private static void Outcomes(IDifferentiableEnv given, EnvironmentSettings s, Findings findings)
    {
        if (given is not IPredictiveEnv env)
        {
            findings.Skip("it is no IPredictiveEnv");
            return;
        }
        var (state, action) = EnvironmentCheck.Point(env, s);
        var step = env.Step(state, action);
        var (observation, reward, terminated) = env.Evaluate(state, action, step.NextState);
        double tolerance = s.ToleranceOf(env);
        findings.RequireCloseComponents(
            "observation of Evaluate, compared with Step", step.Observation, observation, tolerance);
        findings.RequireCloseComponents("reward of Evaluate, compared with Step", step.Reward, reward, tolerance);
        findings.RequireSame("termination of Evaluate, compared with Step", step.Terminated, terminated);
    }

    private static void Episodes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        const int lanes = 3;
        var spec = env.Spec;
        int length = Math.Min(spec.EpisodeLength, s.EpisodeSteps);
        using var noGrad = torch.no_grad();
        using var envs = new VectorEnv(env, lanes, s.Seed);
        var random = new CounterRandom(s.Seed, "episodes");
        bool[] begun = [true, true, true];
        int terminations = 0, truncations = 0;
        for (int t = 0; t < length; t++)
        {
            using var scope = torch.NewDisposeScope();
            envs.BeginWindow();
            var unit = (random.UniformTensor(t, lanes, spec.Action.Size) * 2) - 1;
            var action = Probes.Scale(env, unit).to(torch.ScalarType.Float32);
            var step = envs.Step(action);
            if (t == 0)
            {
                bool all = !envs.Terminated.Contains(false) && spec.EpisodeLength > 1;
                findings.Require(!all, "termination of the first step", "every lane", "lanes that go on");
            }
            for (int lane = 0; lane < lanes; lane++)
            {
                terminations += envs.Terminated[lane] ? 1 : 0;
                truncations += envs.Truncated[lane] ? 1 : 0;
                bool last = t == spec.EpisodeLength - 1;
                findings.Require(
                    !last || !begun[lane] || envs.Done[lane], "end of an episode", "none", $"one after {length} steps");
                if (!envs.Done[lane]) continue;
                begun[lane] = false;
                var restarted = envs.State.select(0, lane);
                bool moved = !Findings.SameBits(restarted.detach(), step.NextState.select(0, lane).detach());
                findings.Require(moved, "state after the end of an episode", "the final state", "a start state");
            }
            envs.EndWindow();
        }
        findings.Note = $"{terminations} terminations, {truncations} truncations in {length} steps";
    }
}
