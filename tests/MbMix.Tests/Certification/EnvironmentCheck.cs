using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Certification;

/// <summary>
/// Checks what <see cref="IDifferentiableEnv"/> promises of every environment: shapes and types, start states that
/// depend on their keys alone, steps that depend on their arguments alone, lanes that do not influence each other,
/// gradient history where it belongs, and faults that are reported.
/// </summary>
public static class EnvironmentCheck
{
    /// <summary>Runs the check.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Finding> Run(IDifferentiableEnv env, EnvironmentSettings? settings = null)
    {
        var s = settings ?? new EnvironmentSettings();
        var findings = new Findings(env.Spec.Id);
        findings.Try("description", "a description", () => Description(env, findings));
        findings.Try("Reset", "start states", () => Starts(env, s, findings));
        findings.Try("Observe", "observations", () => Observations(env, s, findings));
        findings.Try("Step", "steps", () => Steps(env, s, findings));
        findings.Try("Step of single lanes", "steps", () => SingleLanes(env, s, findings));
        findings.Try("Step with actions beyond the bounds", "steps", () => Bounds(env, s, findings));
        findings.Try("Step of a lane that is not a number", "a reported fault", () => Faults(env, s, findings));
        findings.Try("gradient history", "gradients where they belong", () => History(env, s, findings));
        if (env is IPredictiveEnv predictive)
            findings.Try("Evaluate", "outcomes", () => Outcomes(predictive, s, findings));
        return findings.All;
    }

    private static void Description(IDifferentiableEnv env, Findings findings)
    {
        var spec = env.Spec;
        findings.Require(spec.State.Size > 0, "size of the state", $"{spec.State.Size}", "at least 1");
        int observations = spec.Observation.Size;
        findings.Require(observations > 0, "size of the observation", $"{observations}", "at least 1");
        findings.Require(spec.Action.Size > 0, "size of the action", $"{spec.Action.Size}", "at least 1");
        findings.Require(spec.EpisodeLength > 0, "length of an episode", $"{spec.EpisodeLength}", "at least 1");
        findings.Require(
            spec.ControlPeriod > 0 && double.IsFinite(spec.ControlPeriod),
            "control period",
            Findings.Text(spec.ControlPeriod),
            "a positive number of seconds");
        foreach (var d in spec.Action.Dimensions)
        {
            findings.Require(
                double.IsFinite(d.Low) && double.IsFinite(d.High) && d.Low < d.High,
                $"bounds of action '{d.Name}'",
                $"{Findings.Text(d.Low)} and {Findings.Text(d.High)}",
                "finite bounds, the lower one first");
        }
    }

    private static void Starts(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var keys = Probes.Keys(s.Lanes, s.Seed);
        var starts = env.Reset(keys);
        if (!findings.RequireShape("Reset", starts, env.Spec.StateType, s.Lanes, env.Spec.State.Size)) return;
        findings.Require(!starts.requires_grad, "Reset", "a gradient history", "none");
        findings.RequireSame("Reset with the same keys again", starts, env.Reset(keys));
        for (int lane = 0; lane < s.Lanes; lane++)
            findings.RequireSame($"Reset of lane {lane} alone", starts.narrow(0, lane, 1), env.Reset([keys[lane]]));
        LaneKey[] reversed = [.. keys.Reverse()];
        findings.RequireSame("Reset of the lanes in reverse", starts.flip(0), env.Reset(reversed));
    }

    private static void Observations(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = Point(env, s);
        var observation = env.Observe(state, action);
        findings.RequireShape("Observe", observation, env.Spec.StateType, s.Lanes, env.Spec.Observation.Size);
        findings.RequireSame("Observe of the same state again", observation, env.Observe(state, action));
    }

    private static void Steps(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = Point(env, s);
        Tensor stateBefore = state.clone(), actionBefore = action.clone();
        var step = env.Step(state, action);
        var type = env.Spec.StateType;
        findings.RequireShape("next state of Step", step.NextState, type, s.Lanes, env.Spec.State.Size);
        findings.RequireShape("observation of Step", step.Observation, type, s.Lanes, env.Spec.Observation.Size);
        findings.RequireShape("reward of Step", step.Reward, type, s.Lanes);
        findings.RequireShape("termination of Step", step.Terminated, torch.ScalarType.Bool, s.Lanes);
        findings.RequireShape("fault of Step", step.Fault, torch.ScalarType.Int32, s.Lanes);
        findings.RequireSame("state that was given to Step", stateBefore, state);
        findings.RequireSame("action that was given to Step", actionBefore, action);

        // an environment with hidden state answers differently the second time
        RequireSameSteps("Step with the same arguments again", step, env.Step(state, action), findings);
    }

    private static void SingleLanes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = Point(env, s);
        var step = env.Step(state, action);
        for (int lane = 0; lane < s.Lanes; lane++)
        {
            var alone = env.Step(state.narrow(0, lane, 1).contiguous(), action.narrow(0, lane, 1).contiguous());
            Close("next state", step.NextState, alone.NextState);
            Close("observation", step.Observation, alone.Observation);
            Close("reward", step.Reward, alone.Reward);

            void Close(string what, Tensor batch, Tensor single) => findings.RequireCloseComponents(
                $"{what} of lane {lane} in a batch of 1 and of {s.Lanes}",
                batch.narrow(0, lane, 1),
                single,
                s.Tolerance);
        }
    }

    private static void Bounds(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, _) = Point(env, s);
        var (low, high) = Probes.Bounds(env);
        foreach (var (bound, sign) in new[] { (low, -1), (high, 1) })
        {
            var at = bound.expand(s.Lanes, env.Spec.Action.Size).to(env.Spec.StateType).contiguous();
            var beyond = (at + (sign * 3 * (high - low))).to(env.Spec.StateType);
            string side = sign < 0 ? "below the lower" : "above the upper";
            var expected = env.Step(state, at);
            RequireSameSteps($"Step with an action {side} bound", expected, env.Step(state, beyond), findings);
        }
    }

    private static void Faults(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = Point(env, s);
        var sound = env.Step(state, action);
        using var noGrad = torch.no_grad();
        var sickState = state.clone();
        sickState.select(0, 1).fill_(double.NaN);
        Check("state", env.Step(sickState, action));
        var sickAction = action.clone();
        sickAction.select(0, 1).fill_(double.NaN);
        Check("action", env.Step(state, sickAction));

        void Check(string what, EnvStep sick)
        {
            int fault = sick.Fault.select(0, 1).item<int>();
            findings.Require(fault != 0, $"fault of a lane with a {what} that is not a number", "0", "a fault code");
            foreach (int lane in Enumerable.Range(0, s.Lanes).Where(lane => lane != 1))
            {
                string check = $"lane {lane} beside one with a {what} that is not a number";
                findings.RequireSame(
                    $"next state of {check}", sound.NextState.select(0, lane), sick.NextState.select(0, lane));
                findings.RequireSame($"reward of {check}", sound.Reward.select(0, lane), sick.Reward.select(0, lane));
                findings.RequireSame($"fault of {check}", sound.Fault.select(0, lane), sick.Fault.select(0, lane));
            }
        }
    }

    private static void History(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None) return;
        var (state, action) = Point(env, s);
        var leaf = action.detach().clone().requires_grad_(true);
        using (torch.no_grad())
        {
            var kept = env.Step(state, leaf);
            findings.Require(!kept.NextState.requires_grad, "next state under no_grad", "a gradient history", "none");
            findings.Require(!kept.Reward.requires_grad, "reward under no_grad", "a gradient history", "none");
        }
        var step = env.Step(state, leaf);
        findings.Require(step.NextState.requires_grad, "next state", "no gradient history", "one to the action");
        if (!step.NextState.requires_grad) return;
        Backward.Run(step.NextState.square().sum());
        double gradient = leaf.grad is { } came ? Findings.Largest(came.abs()) : 0;
        findings.Require(gradient > 0, "gradient of the next state by the action", "0", "another value");
    }

    private static void Outcomes(IPredictiveEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = Point(env, s);
        var step = env.Step(state, action);
        var (observation, reward, terminated) = env.Evaluate(state, action, step.NextState);
        findings.RequireCloseComponents(
            "observation of Evaluate, compared with Step", step.Observation, observation, s.Tolerance);
        findings.RequireCloseComponents("reward of Evaluate, compared with Step", step.Reward, reward, s.Tolerance);
        findings.RequireSame("termination of Evaluate, compared with Step", step.Terminated, terminated);
    }

    private static void RequireSameSteps(string check, EnvStep expected, EnvStep actual, Findings findings)
    {
        findings.RequireSame($"next state of {check}", expected.NextState, actual.NextState);
        findings.RequireSame($"observation of {check}", expected.Observation, actual.Observation);
        findings.RequireSame($"reward of {check}", expected.Reward, actual.Reward);
        findings.RequireSame($"termination of {check}", expected.Terminated, actual.Terminated);
        findings.RequireSame($"fault of {check}", expected.Fault, actual.Fault);
    }

    private static (Tensor State, Tensor Action) Point(IDifferentiableEnv env, EnvironmentSettings s) =>
        Probes.Moving(env, s.Lanes, s.Steps, s.Seed);
}
