namespace MbMix.Differentiation;

/// <summary>
/// A function from groups of inputs to groups of outputs, recorded as an expression graph. A function and its adjoint
/// share one graph.
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

    /// <summary>Number of components of each input group.</summary>
    public int[] InputSizes { get; }

    /// <summary>Nodes of each output group.</summary>
    public int[][] Outputs { get; }

    /// <summary>Records a function by calling it once on tracing scalars.</summary>
    /// <param name="inputSizes">Number of components of each input group.</param>
    /// <param name="function">Takes the input groups and returns the output groups.</param>
    /// <exception cref="InvalidOperationException">An output was not written.</exception>
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
        Traced.Record(
            graph, () => outputs = [.. function(inputs).Select((group, i) => Nodes(group, $"output {i}"))]);
        return new TracedFunction(graph, inputSizes, outputs);
    }

    /// <summary>The nodes of values that must all have been written.</summary>
    /// <param name="values">The values.</param>
    /// <param name="name">What they are, for the message.</param>
    /// <exception cref="InvalidOperationException">One was not written.</exception>
    public static int[] Nodes(Traced[] values, string name)
    {
        int missing = Array.FindIndex(values, value => !value.IsAssigned);
        if (missing >= 0)
            throw new InvalidOperationException(
                $"component {missing} of {name} was not written; write all {values.Length}, 0 to {values.Length - 1}.");
        return Array.ConvertAll(values, value => value.Node);
    }

    /// <summary>
    /// Derives the adjoint, which computes a vector-Jacobian product. Its inputs are those of this function, one
    /// cotangent group per output group, and one more group to add to for each entry of <paramref name="wanted"/> that
    /// accumulates. Its outputs are the cotangents of the wanted input groups.
    /// </summary>
    /// <param name="wanted">
    /// The input groups whose cotangents are wanted, and whether each is added to what a further input group holds.
    /// </param>
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
