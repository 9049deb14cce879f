namespace MbMix.Numerics;

/// <summary>Cotangents between a state's components and its tangent coordinates, all probes in one backward sweep through the chart.</summary>
internal static class ChartSweeps
{
    /// <summary>From tangent coordinates at a state to the state's components: the adjoint of the difference.</summary>
    /// <param name="chart">Chart.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="cotangents">Cotangents <c>[B, K, T]</c>.</param>
    /// <returns>Cotangents <c>[B, K, S]</c>.</returns>
    public static Tensor ToComponents(IStateChart chart, Tensor state, Tensor cotangents) => chart is EuclideanChart
        ? cotangents
        : Pull(state, cotangents, chart.TangentSize, repeated => repeated, (repeated, moved) => chart.Difference(repeated.detach(), moved));

    /// <summary>From a state's components to tangent coordinates at it: the adjoint of adding a displacement.</summary>
    /// <param name="chart">Chart.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="cotangents">Cotangents <c>[B, K, S]</c>.</param>
    /// <returns>Cotangents <c>[B, K, T]</c>.</returns>
    public static Tensor ToTangent(IStateChart chart, Tensor state, Tensor cotangents) => chart is EuclideanChart
        ? cotangents
        : Pull(state, cotangents, state.shape[1], repeated => torch.zeros([repeated.shape[0], chart.TangentSize], dtype: state.dtype), chart.Integrate);

    private static Tensor Pull(Tensor state, Tensor cotangents, long outputs, Func<Tensor, Tensor> start, Func<Tensor, Tensor, Tensor> map)
    {
        long batch = cotangents.shape[0], probes = cotangents.shape[1];
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var repeated = state.detach().unsqueeze(1).expand(batch, probes, state.shape[1]).reshape(batch * probes, state.shape[1]);
        var leaf = start(repeated).detach().clone().requires_grad_(true);
        Backward.Run([map(repeated, leaf)], [cotangents.reshape(batch * probes, outputs).contiguous()], [leaf]);
        using var noGrad = torch.no_grad();
        return leaf.grad!.reshape(batch, probes, leaf.shape[1]).clone().MoveToOuterDisposeScope();
    }
}
