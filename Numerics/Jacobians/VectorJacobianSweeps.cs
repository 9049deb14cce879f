namespace MbMix.Numerics;

/// <summary>Vector-Jacobian products of a control step for any environment, in the tangent coordinates of its chart.</summary>
public static class VectorJacobianSweeps
{
    /// <summary>
    /// Pulls K cotangents of the next state back through one control step: by the environment itself where it can, else by one
    /// forward pass through the chart and K backward sweeps.
    /// </summary>
    /// <param name="env">Environment with gradients.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="cotangents">Cotangents of the next state, <c>[B, K, T]</c>.</param>
    /// <returns>Cotangents of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>, without history; the caller owns them.</returns>
    public static (Tensor State, Tensor Action) VectorJacobian(IDifferentiableEnv env, Tensor state, Tensor action, Tensor cotangents) =>
        env is IJacobianEnv direct ? direct.VectorJacobian(state, action, cotangents) : Sweep(env, state, action, cotangents);

    /// <summary>
    /// The derivatives of a control step: by the environment itself where it can, else one backward sweep per row through step and chart.
    /// </summary>
    /// <param name="env">Environment with gradients.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    public static Jacobians Linearize(IDifferentiableEnv env, Tensor state, Tensor action) =>
        env is IJacobianEnv direct ? direct.Linearize(state, action) : SweepRows(env, state, action);

    internal static Jacobians SweepRows(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        RequireGradients(env);
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var chart = env.Chart;
        var displacement = torch.zeros([state.shape[0], chart.TangentSize], dtype: state.dtype, device: state.device, requires_grad: true);
        var control = action.detach().clone().requires_grad_(true);
        using var step = EnvMeter.Step(env, chart.Integrate(state.detach(), displacement), control);
        var outputs = torch.cat([chart.Difference(step.NextState.detach(), step.NextState), step.Observation, step.Reward.unsqueeze(1)], 1);
        int rows = (int)outputs.shape[1], t = chart.TangentSize, o = env.Spec.Observation.Size;
        var states = new Tensor[rows];
        var actions = new Tensor[rows];
        for (int row = 0; row < rows; row++)
        {
            using var seed = torch.zeros_like(outputs);
            seed.select(1, row).fill_(1);
            Backward.Run([outputs], [seed], [displacement, control], retainGraph: row < rows - 1);
            states[row] = TakeGradient(displacement);
            actions[row] = TakeGradient(control);
        }
        Tensor byState = torch.stack(states, 1), byAction = torch.stack(actions, 1);
        static Tensor Rows(Tensor all, int from, int count) => all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            Rows(byState, 0, t),
            Rows(byAction, 0, t),
            Rows(byState, t, o),
            Rows(byAction, t, o),
            byState.select(1, t + o).contiguous().MoveToOuterDisposeScope(),
            byAction.select(1, t + o).contiguous().MoveToOuterDisposeScope());
    }

    private static void RequireGradients(IDifferentiableEnv env)
    {
        if (env.Spec.Gradient.Kind == GradientKind.None)
            throw new MbMixException($"{env.Spec.Id} has no gradients, so there are no vector-Jacobian products; choose a model that wants none.");
    }

    internal static (Tensor State, Tensor Action) Sweep(IDifferentiableEnv env, Tensor state, Tensor action, Tensor cotangents)
    {
        var chart = env.Chart;
        long lanes = state.shape[0];
        RequireGradients(env);
        if (cotangents.dim() != 3 || cotangents.shape[0] != lanes || cotangents.shape[2] != chart.TangentSize)
        {
            throw new MbMixException(
                $"Cotangents have the shape [{string.Join(", ", cotangents.shape)}]; expected [{lanes}, K, {chart.TangentSize}].");
        }
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        // zero displacement in the tangent space: its gradient is the cotangent of the state in tangent coordinates
        var displacement = torch.zeros([lanes, chart.TangentSize], dtype: state.dtype, device: state.device, requires_grad: true);
        var control = action.detach().clone().requires_grad_(true);
        using var step = EnvMeter.Step(env, chart.Integrate(state.detach(), displacement), control);
        var tangent = chart.Difference(step.NextState.detach(), step.NextState);
        int probes = (int)cotangents.shape[1];
        var states = new Tensor[probes];
        var actions = new Tensor[probes];
        for (int k = 0; k < probes; k++)
        {
            using var cotangent = cotangents.select(1, k).to(tangent.dtype).contiguous();
            Backward.Run([tangent], [cotangent], [displacement, control], retainGraph: k < probes - 1);
            states[k] = TakeGradient(displacement);
            actions[k] = TakeGradient(control);
        }
        return (torch.stack(states, 1).MoveToOuterDisposeScope(), torch.stack(actions, 1).MoveToOuterDisposeScope());
    }

    // an input the next state does not depend on has no gradient: that is a zero
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
