namespace MbMix.Numerics;

/// <summary>
/// Converts cotangents between the components of a state and its tangent coordinates. All probes share one backward
/// pass through the chart.
/// </summary>
internal static class ChartPullbacks
{
    /// <summary>
    /// Turns cotangents in the tangent coordinates of a state into those of the state's components: the pullback of
    /// <see cref="IStateChart.Difference"/>.
    /// </summary>
    /// <param name="chart">The chart.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="dTangent">Cotangents <c>[B, K, T]</c>.</param>
    /// <returns>Cotangents <c>[B, K, S]</c>.</returns>
    public static Tensor ToComponents(IStateChart chart, Tensor state, Tensor dTangent)
    {
        if (chart is EuclideanChart) return dTangent;
        return Pullback(
            state,
            dTangent,
            chart.TangentSize,
            repeated => repeated,
            (repeated, moved) => chart.Difference(repeated.detach(), moved));
    }

    /// <summary>
    /// Turns cotangents of a state's components into those in its tangent coordinates: the pullback of
    /// <see cref="IStateChart.Integrate"/> in the displacement.
    /// </summary>
    /// <param name="chart">The chart.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="dState">Cotangents <c>[B, K, S]</c>.</param>
    /// <returns>Cotangents <c>[B, K, T]</c>.</returns>
    public static Tensor ToTangent(IStateChart chart, Tensor state, Tensor dState)
    {
        if (chart is EuclideanChart) return dState;
        return Pullback(
            state,
            dState,
            state.shape[1],
            repeated => torch.zeros([repeated.shape[0], chart.TangentSize], dtype: state.dtype),
            chart.Integrate);
    }

    private static Tensor Pullback(
        Tensor state, Tensor dOutput, long outputs, Func<Tensor, Tensor> start, Func<Tensor, Tensor, Tensor> map)
    {
        long batch = dOutput.shape[0], probes = dOutput.shape[1], size = state.shape[1];
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var repeated = state.detach().unsqueeze(1).expand(batch, probes, size).reshape(batch * probes, size);
        var leaf = start(repeated).detach().clone().requires_grad_(true);
        Backward.Run([map(repeated, leaf)], [dOutput.reshape(batch * probes, outputs).contiguous()], [leaf]);
        using var noGrad = torch.no_grad();
        return leaf.grad!.reshape(batch, probes, leaf.shape[1]).clone().MoveToOuterDisposeScope();
    }
}
