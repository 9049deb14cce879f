namespace MbMix.TestKit;

/// <summary>Lanes do not influence each other, and actions are clipped to their bounds.</summary>
internal static class LaneChecks
{
    private const string Group = "lanes";
    private const string Hint = "Reduce over components (dimension 1), never over the batch (dimension 0).";

    public static IEnumerable<Check> Of(EnvironmentSubject subject, EnvironmentSettings s)
    {
        yield return new Check(
            subject.Id, Group, "Step of single lanes", "steps", Hint, f => SingleLanes(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Step of batches of other sizes", "steps", Hint, f => Sizes(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "gradients of single lanes", "gradients", Hint, f => Gradients(subject.Env, s, f));
        yield return new Check(
            subject.Id, Group, "Step with actions beyond the bounds", "steps",
            "Clip the action to the bounds of Spec.Action first.", f => Bounds(subject.Env, s, f));
    }

    private static void SingleLanes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var step = env.Step(state, action);
        for (int lane = 0; lane < s.Lanes; lane++)
        {
            var alone = env.Step(state.narrow(0, lane, 1).contiguous(), action.narrow(0, lane, 1).contiguous());
            string where = $"of lane {lane} in a batch of 1 and of {s.Lanes}";
            Close(env, s, where, step, alone, lane, 1, findings);
        }
    }

    private static void Sizes(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, action) = EnvironmentCheck.Point(env, s);
        var step = env.Step(state, action);
        // more lanes than a vector of the processor has, and a number that is no multiple of it
        foreach (int copies in new[] { 2, 7 })
        {
            var many = env.Step(state.repeat(copies, 1), action.repeat(copies, 1));
            string where = $"of a batch of {s.Lanes} and of {copies * s.Lanes}";
            Close(env, s, where, many, step, (copies - 1) * s.Lanes, s.Lanes, findings);
        }
        var turned = env.Step(state.flip(0).contiguous(), action.flip(0).contiguous());
        findings.RequireCloseComponents(
            "next state of the lanes in reverse", step.NextState, turned.NextState.flip(0), s.ToleranceOf(env));
    }

    private static void Gradients(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None)
        {
            findings.Skip("it has no gradients");
            return;
        }
        var (state, action) = EnvironmentCheck.Point(env, s);
        Tensor x = state.detach().clone().requires_grad_(true), u = action.detach().clone().requires_grad_(true);
        var step = env.Step(x, u);
        if (!step.NextState.requires_grad) return;
        // the sum of one lane has no derivative by another
        Backward.Run(step.NextState.select(0, 0).sum() + step.Reward.select(0, 0));
        foreach (var (name, gradient) in new[] { ("state", x.grad), ("action", u.grad) })
        {
            if (gradient is null) continue;
            double others = Findings.Largest(gradient.narrow(0, 1, s.Lanes - 1).abs());
            findings.Require(
                others == 0, $"gradient of lane 0 by the {name} of other lanes", Findings.Text(others), "0");
        }
    }

    private static void Bounds(IDifferentiableEnv env, EnvironmentSettings s, Findings findings)
    {
        var (state, _) = EnvironmentCheck.Point(env, s);
        var (low, high) = Probes.Bounds(env);
        foreach (var (bound, sign) in new[] { (low, -1), (high, 1) })
        {
            var at = bound.expand(s.Lanes, env.Spec.Action.Size).to(env.Spec.StateType).contiguous();
            var beyond = (at + (sign * 3 * (high - low))).to(env.Spec.StateType);
            string side = sign < 0 ? "below the lower" : "above the upper";
            var expected = env.Step(state, at);
            PurityChecks.RequireSameSteps(
                $"Step with an action {side} bound", expected, env.Step(state, beyond), findings);
        }
    }

    private static void Close(
        IDifferentiableEnv env, EnvironmentSettings s, string where, EnvStep batch, EnvStep part, int from, int count,
        Findings findings)
    {
        Same("next state", batch.NextState, part.NextState);
        Same("observation", batch.Observation, part.Observation);
        Same("reward", batch.Reward, part.Reward);

        void Same(string what, Tensor whole, Tensor some) => findings.RequireCloseComponents(
            $"{what} {where}", whole.narrow(0, from, count), some, s.ToleranceOf(env));
    }
}
