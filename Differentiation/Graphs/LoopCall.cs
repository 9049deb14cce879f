namespace MbMix.Differentiation;

/// <summary>
/// A body that runs for many instances, whose outputs are added to common totals; or a single call of a lane function,
/// whose outputs are the totals.
/// </summary>
/// <param name="Body">The body; null for a lane function.</param>
/// <param name="Inputs">For each instance, the nodes of the body's inputs.</param>
/// <param name="Parameters">For each instance, its constants.</param>
/// <param name="Totals">For each instance, the total that each output of the body is added to.</param>
/// <param name="TotalCount">Number of totals.</param>
/// <param name="Lane">The lane function; null for a body.</param>
internal sealed record LoopCall(
    LoopBody? Body, int[][] Inputs, double[][] Parameters, int[][] Totals, int TotalCount, LaneCall? Lane = null)
{
    /// <summary>A call of a lane function.</summary>
    /// <param name="lane">The function or its pullback.</param>
    /// <param name="operands">Nodes of its operands.</param>
    /// <param name="results">Number of its results.</param>
    public static LoopCall Of(LaneCall lane, int[] operands, int results) =>
        new(null, [operands], [[]], [[.. Enumerable.Range(0, results)]], results, lane);

    /// <summary>
    /// Adds the adjoint of this loop to a graph: a loop of the body's adjoint over the same instances, whose totals are
    /// the cotangents of the operands.
    /// </summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="cotangents">Cotangent node of each total.</param>
    /// <returns>The operands and the nodes of their cotangents.</returns>
    /// <exception cref="NotSupportedException">It is the pullback of a lane function.</exception>
    public IEnumerable<(int Operand, int Cotangent)> Adjoint(Graph graph, int[] cotangents)
    {
        if (Lane is { } lane)
        {
            if (lane.IsPullback)
                throw new NotSupportedException($"{lane.Function.GetType().Name} has no second derivative.");
            int[] operands = Inputs[0];
            int call = graph.Loop(Of(lane with { IsPullback = true }, [.. operands, .. cotangents], operands.Length));
            return operands.Select((operand, i) => (operand, graph.Total(call, i)));
        }

        var (body, wanted) = Body!.Adjoint;
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
