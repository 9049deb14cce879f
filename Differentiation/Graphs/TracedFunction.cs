namespace MbMix.Differentiation;

/// <summary>
/// A function recorded as an expression graph: groups of inputs to groups of outputs. Functions that are derived from one another
/// share the graph.
/// </summary>
internal sealed class TracedFunction
{
    private TracedFunction(Graph graph, int[] inputSizes, int[][] outputs)
    {
        Graph = graph;
        InputSizes = inputSizes;
        Outputs = outputs;
    }

    public Graph Graph { get; }

    /// <summary>Components of each input group.</summary>
    public int[] InputSizes { get; }

    /// <summary>Nodes of each output group.</summary>
    public int[][] Outputs { get; }

    /// <summary>Runs a function once on tracing scalars.</summary>
    /// <param name="inputSizes">Components of each input group.</param>
    /// <param name="function">Takes the input groups, gives the output groups.</param>
    public static TracedFunction Trace(int[] inputSizes, Func<Traced[][], Traced[][]> function)
    {
        var graph = new Graph();
        var inputs = new Traced[inputSizes.Length][];
        for (int group = 0; group < inputs.Length; group++)
        {
            inputs[group] = new Traced[inputSizes[group]];
            for (int i = 0; i < inputSizes[group]; i++) inputs[group][i] = new Traced(graph.Input(group, i));
        }
        int[][] outputs = [];
        Traced.Record(graph, () => outputs = [.. function(inputs).Select(group => group.Select(x => x.Node).ToArray())]);
        return new TracedFunction(graph, inputSizes, outputs);
    }

    /// <summary>
    /// The vector-Jacobian product: takes the inputs, one cotangent group per output group, and for each entry of
    /// <paramref name="wanted"/> that is to be accumulated a group to add to; gives the cotangents of the wanted inputs.
    /// </summary>
    /// <param name="wanted">Input groups whose cotangents are wanted, and whether they add to what a further input group holds.</param>
    public TracedFunction Adjoint(params (int Group, bool Accumulate)[] wanted)
    {
        var sizes = new List<int>(InputSizes);
        var seeds = new List<(int Node, int Cotangent)>();
        for (int group = 0; group < Outputs.Length; group++)
        {
            for (int i = 0; i < Outputs[group].Length; i++) seeds.Add((Outputs[group][i], Graph.Input(sizes.Count, i)));
            sizes.Add(Outputs[group].Length);
        }
        var adjoint = ReverseMode.Accumulate(Graph, seeds);

        var outputs = new int[wanted.Length][];
        for (int w = 0; w < wanted.Length; w++)
        {
            var (group, accumulate) = wanted[w];
            outputs[w] = new int[InputSizes[group]];
            for (int i = 0; i < outputs[w].Length; i++)
            {
                int own = adjoint.GetValueOrDefault(Graph.Input(group, i), Graph.Constant(0));
                outputs[w][i] = accumulate ? Graph.Add(Graph.Input(sizes.Count, i), own) : own;
            }
            if (accumulate) sizes.Add(InputSizes[group]);
        }
        return new TracedFunction(Graph, [.. sizes], outputs);
    }
}
