namespace MbMix.Differentiation;

/// <summary>A sub-program run for many instances that add to common totals.</summary>
/// <param name="Body">The sub-program.</param>
/// <param name="Inputs">For each instance, the node of each of the body's inputs.</param>
/// <param name="Parameters">For each instance, its constants.</param>
/// <param name="Totals">For each instance, the total that each of the body's outputs adds to.</param>
/// <param name="TotalCount">Number of totals.</param>
internal sealed record LoopCall(LoopBody Body, int[][] Inputs, double[][] Parameters, int[][] Totals, int TotalCount)
{
    /// <summary>
    /// Pulls the cotangents of the totals back to the operands: a loop of the body's adjoint over the same instances, whose totals are the
    /// operands' cotangents.
    /// </summary>
    /// <param name="graph">The graph to grow.</param>
    /// <param name="cotangents">Cotangent node of each total.</param>
    /// <returns>Operands and their cotangents.</returns>
    public IEnumerable<(int Operand, int Cotangent)> PullBack(Graph graph, int[] cotangents)
    {
        var (body, wanted) = Body.Adjoint;
        var place = new Dictionary<int, int>();
        var (inputs, parameters, totals) = (new List<int[]>(), new List<double[]>(), new List<int[]>());
        for (int i = 0; i < Inputs.Length; i++)
        {
            int[] toTotals = [.. Totals[i].Select(t => cotangents[t])];
            if (toTotals.All(graph.IsZero)) continue;
            inputs.Add([.. Inputs[i], .. toTotals]);
            parameters.Add(Parameters[i]);
            totals.Add([.. wanted.Select(input =>
            {
                if (!place.TryGetValue(Inputs[i][input], out int total)) place[Inputs[i][input]] = total = place.Count;
                return total;
            })]);
        }
        if (inputs.Count == 0 || body.Outputs.Length == 0) return [];
        int loop = graph.Loop(new LoopCall(body, [.. inputs], [.. parameters], [.. totals], place.Count));
        return place.Select(p => (p.Key, graph.Total(loop, p.Value)));
    }
}
