namespace MbMix.Numerics;

/// <summary>
/// Pullbacks and Jacobians of a control step for any environment with gradients, in the tangent coordinates of its
/// chart.
/// </summary>
public static class EnvJacobians
{
    /// <summary>
    /// Pulls K cotangents of the next state back through one control step. An <see cref="IJacobianEnv"/> does it
    /// itself; for any other environment it takes one forward pass through step and chart and K backward passes.
    /// </summary>
    /// <param name="env">An environment with gradients.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="dNextState">Cotangents of the next state, <c>[B, K, T]</c>.</param>
    /// <returns>
    /// Cotangents of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>, without gradient history; the caller owns
    /// them.
    /// </returns>
    public static (Tensor dState, Tensor dAction) Pullback(
        IDifferentiableEnv env, Tensor state, Tensor action, Tensor dNextState) =>
        env is IJacobianEnv direct
            ? direct.Pullback(state, action, dNextState)
            : PullbackByBackward(env, state, action, dNextState);

    /// <summary>
    /// Computes the Jacobians of a control step. An <see cref="IJacobianEnv"/> does it itself; for any other
    /// environment it takes one backward pass through step and chart per row.
    /// </summary>
    /// <param name="env">An environment with gradients.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    public static Jacobians Linearize(IDifferentiableEnv env, Tensor state, Tensor action) =>
        env is IJacobianEnv direct ? direct.Linearize(state, action) : LinearizeByBackward(env, state, action);

    internal static Jacobians LinearizeByBackward(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        RequireGradients(env);
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var chart = env.Chart;
        var displacement = ZeroDisplacement(chart, state);
        var control = action.detach().clone().requires_grad_(true);
        using var step = EnvMeter.Step(env, chart.Integrate(state.detach(), displacement), control);
        var change = chart.Difference(step.NextState.detach(), step.NextState);
        var outputs = torch.cat([change, step.Observation, step.Reward.unsqueeze(1)], 1);
        int rows = (int)outputs.shape[1], t = chart.TangentSize, o = env.Spec.Observation.Size;
        var states = new Tensor[rows];
        var actions = new Tensor[rows];
        for (int row = 0; row < rows; row++)
        {
            using var unit = torch.zeros_like(outputs);
            unit.select(1, row).fill_(1);
            Backward.Run([outputs], [unit], [displacement, control], retainGraph: row < rows - 1);
            states[row] = TakeGradient(displacement);
            actions[row] = TakeGradient(control);
        }
        Tensor byState = torch.stack(states, 1), byAction = torch.stack(actions, 1);
        static Tensor Rows(Tensor all, int from, int count) =>
            all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            Rows(byState, 0, t),
            Rows(byAction, 0, t),
            Rows(byState, t, o),
            Rows(byAction, t, o),
            byState.select(1, t + o).contiguous().MoveToOuterDisposeScope(),
            byAction.select(1, t + o).contiguous().MoveToOuterDisposeScope());
    }

    internal static (Tensor dState, Tensor dAction) PullbackByBackward(
        IDifferentiableEnv env, Tensor state, Tensor action, Tensor dNextState)
    {
        var chart = env.Chart;
        long lanes = state.shape[0];
        RequireGradients(env);
        if (dNextState.dim() != 3 || dNextState.shape[0] != lanes || dNextState.shape[2] != chart.TangentSize)
        {
            string shape = string.Join(", ", dNextState.shape);
            throw new MbMixException(
                $"Cotangents have the shape [{shape}]; expected [{lanes}, K, {chart.TangentSize}].");
        }
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var displacement = ZeroDisplacement(chart, state);
        var control = action.detach().clone().requires_grad_(true);
        using var step = EnvMeter.Step(env, chart.Integrate(state.detach(), displacement), control);
        var change = chart.Difference(step.NextState.detach(), step.NextState);
        int probes = (int)dNextState.shape[1];
        var states = new Tensor[probes];
        var actions = new Tensor[probes];
        for (int k = 0; k < probes; k++)
        {
            using var dChange = dNextState.select(1, k).to(change.dtype).contiguous();
            Backward.Run([change], [dChange], [displacement, control], retainGraph: k < probes - 1);
            states[k] = TakeGradient(displacement);
            actions[k] = TakeGradient(control);
        }
        return (torch.stack(states, 1).MoveToOuterDisposeScope(), torch.stack(actions, 1).MoveToOuterDisposeScope());
    }

    private static void RequireGradients(IDifferentiableEnv env)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None)
        {
            throw new MbMixException(
                $"{env.Spec.Id} has no gradients, so there are no vector-Jacobian products; "
                + "choose a model that wants none.");
        }
    }

    // the gradient with respect to a zero displacement is the cotangent of the state in tangent coordinates
    private static Tensor ZeroDisplacement(IStateChart chart, Tensor state) =>
        torch.zeros([state.shape[0], chart.TangentSize], dtype: state.dtype, device: state.device, requires_grad: true);

    // an input that the outputs do not depend on has no gradient, which means zero
    private static Tensor TakeGradient(Tensor leaf)
    {
        using var noGrad = torch.no_grad();
        using var gradient = leaf.grad;
        if (gradient is null) return torch.zeros_like(leaf);
        var copy = gradient.clone();
        gradient.zero_();
        return copy;
    }
}
