namespace MbMix.Differentiation;

/// <summary>
/// What a loop computes for one instance, as a graph of its own. Input group 0 holds the values of the instance, group
/// 1 its constants. Where the guard is false, every output is zero, so skipping an instance in which no lane is active
/// does not change the result: a sum that starts at +0 has the same bits with or without zeros of either sign.
/// </summary>
/// <param name="graph">The graph of the body.</param>
/// <param name="inputs">Number of inputs in group 0.</param>
/// <param name="parameters">Number of inputs in group 1.</param>
/// <param name="outputs">Nodes of the outputs.</param>
/// <param name="guard">Node of the guard, a mask.</param>
internal sealed class LoopBody(Graph graph, int inputs, int parameters, int[] outputs, int guard)
{
    private (LoopBody Body, int[] Wanted)? adjoint;

    public Graph Graph => graph;

    public int Inputs => inputs;

    public int Parameters => parameters;

    public int[] Outputs => outputs;

    public int Guard => guard;

    /// <summary>
    /// The adjoint of the body and the indices of the inputs that it has a cotangent for. The adjoint takes the inputs
    /// followed by one cotangent per output, and computes the cotangents of those inputs.
    /// </summary>
    public (LoopBody Body, int[] Wanted) Adjoint
    {
        get
        {
            if (adjoint is { } known) return known;
            var all = ReverseMode.Accumulate(graph, outputs.Select((node, k) => (node, graph.Input(0, inputs + k))));
            var (wanted, cotangents) = (new List<int>(), new List<int>());
            for (int j = 0; j < inputs; j++)
            {
                if (!all.TryGetValue(graph.Input(0, j), out int cotangent)) continue;
                wanted.Add(j);
                cotangents.Add(cotangent);
            }
            var body = new LoopBody(graph, inputs + outputs.Length, parameters, [.. cotangents], guard);
            adjoint = (body, [.. wanted]);
            return adjoint.Value;
        }
    }

    /// <summary>
    /// Records a term once for all its instances. Values that are the same constant in all instances become part of the
    /// body.
    /// </summary>
    /// <param name="term">The term.</param>
    /// <param name="instances">Its instances.</param>
    /// <param name="values">The values that instances read, in the graph that is being recorded.</param>
    /// <returns>The call of the body for all instances.</returns>
    public static LoopCall Trace<TTerm>(TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<Traced> values)
        where TTerm : IRepeatedTerm
    {
        var outer = Traced.Graph;
        var (inputs, parameters) = (new int[instances.Length][], new double[instances.Length][]);
        for (int i = 0; i < instances.Length; i++)
        {
            inputs[i] = new int[term.Inputs];
            for (int j = 0; j < term.Inputs; j++) inputs[i][j] = values[instances[i].Inputs[j]].Node;
            parameters[i] = instances[i].Parameters;
        }
        bool Varies(int j) => inputs.Any(x => x[j] != inputs[0][j]) || !outer.IsConstant(inputs[0][j], out _);
        int[] varying = [.. Enumerable.Range(0, term.Inputs).Where(Varies)];
        int[] own = [.. Enumerable.Range(0, term.Parameters).Where(j => parameters.Any(x => x[j] != parameters[0][j]))];

        var graph = new Graph();
        Traced guard = default;
        var outputs = new Traced[term.Outputs];
        Traced.Record(graph, () =>
        {
            var (x, p) = (new Traced[term.Inputs], new Traced[term.Parameters]);
            for (int j = 0; j < x.Length; j++)
            {
                int place = Array.IndexOf(varying, j);
                x[j] = place >= 0 ? new Traced(graph.Input(0, place)) : outer[inputs[0][j]].Value;
            }
            for (int j = 0; j < p.Length; j++)
            {
                int place = Array.IndexOf(own, j);
                p[j] = place >= 0 ? new Traced(graph.Input(1, place)) : parameters[0][j];
            }
            guard = term.Active<Traced>(x, p).Value;
            term.Evaluate<Traced>(x, p, outputs);
            if (graph.Loops.Count > 0)
                throw new NotSupportedException(
                    $"{term.GetType().Name} adds terms of its own; write the inner ones out.");
        });

        int[] nodes = [.. outputs.Select(o => graph.And(guard.Node, o.Node))];
        int[] present = [.. Enumerable.Range(0, nodes.Length).Where(k => !graph.IsZero(nodes[k]))];
        var body = new LoopBody(graph, varying.Length, own.Length, [.. present.Select(k => nodes[k])], guard.Node);
        var totals = new int[instances.Length][];
        for (int i = 0; i < totals.Length; i++)
        {
            var to = instances[i].Outputs;
            totals[i] = [.. present.Select(k => to[k])];
        }
        int count = totals.Length == 0 || present.Length == 0 ? 0 : totals.Max(t => t.Max()) + 1;
        int[][] varyingInputs = [.. inputs.Select(x => varying.Select(j => x[j]).ToArray())];
        double[][] ownParameters = [.. parameters.Select(x => own.Select(j => x[j]).ToArray())];
        return new LoopCall(body, varyingInputs, ownParameters, totals, count);
    }
}
