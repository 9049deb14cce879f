namespace MbMix.Differentiation;

/// <summary>
/// A straight list of instructions, ready to be interpreted or compiled: elementary functions expanded, multiplications fused with the
/// additions that use them, dead code gone. Both executions run this same list, so they agree to the bit.
/// </summary>
internal sealed class LoweredProgram
{
    private LoweredProgram(Precision precision, Node[] instructions, (int Group, int Component, int Source)[] outputs, int[] inputSizes, int[] outputSizes)
    {
        Precision = precision;
        Instructions = instructions;
        Outputs = outputs;
        InputSizes = inputSizes;
        OutputSizes = outputSizes;
    }

    public Precision Precision { get; }

    public Node[] Instructions { get; }

    /// <summary>Which instruction's value goes to which component of which output group.</summary>
    public (int Group, int Component, int Source)[] Outputs { get; }

    public int[] InputSizes { get; }

    public int[] OutputSizes { get; }

    /// <summary>Instructions that compute something.</summary>
    public int OperationCount => Instructions.Count(i => i.Op is not (Op.Constant or Op.Truth or Op.Input));

    public static LoweredProgram Lower(TracedFunction function, Precision precision)
    {
        int[] roots = [.. function.Outputs.SelectMany(group => group)];
        var graph = new Graph();
        int[] expanded = Expand(function.Graph, roots, graph, precision);
        var (instructions, sources) = Fuse(graph, expanded);

        var outputs = new List<(int, int, int)>();
        for (int group = 0, next = 0; group < function.Outputs.Length; group++)
        {
            for (int i = 0; i < function.Outputs[group].Length; i++) outputs.Add((group, i, sources[next++]));
        }
        return new LoweredProgram(precision, instructions, [.. outputs], function.InputSizes, [.. function.Outputs.Select(o => o.Length)]);
    }

    /// <summary>Copies what the roots need into a new graph, with elementary functions as arithmetic and stops removed.</summary>
    private static int[] Expand(Graph source, int[] roots, Graph target, Precision precision)
    {
        var elementary = new Elementary(target, precision);
        var live = Live(source, roots);
        var copy = new int[source.Count];
        for (int i = 0; i < source.Count; i++)
        {
            if (!live[i]) continue;
            var (op, a, b, c, value) = source[i];
            copy[i] = op switch
            {
                Op.Constant => target.Constant(value),
                Op.Truth => target.Truth(value != 0),
                Op.Input => target.Input(a, b),
                Op.Add => target.Add(copy[a], copy[b]),
                Op.Subtract => target.Subtract(copy[a], copy[b]),
                Op.Multiply => target.Multiply(copy[a], copy[b]),
                Op.Negate => target.Negate(copy[a]),
                Op.Reciprocal => target.Reciprocal(copy[a]),
                Op.SquareRoot => target.SquareRoot(copy[a]),
                Op.Round => target.Round(copy[a]),
                Op.Maximum => target.Maximum(copy[a], copy[b]),
                Op.Minimum => target.Minimum(copy[a], copy[b]),
                Op.Greater => target.Greater(copy[a], copy[b]),
                Op.GreaterOrEqual => target.GreaterOrEqual(copy[a], copy[b]),
                Op.And => target.And(copy[a], copy[b]),
                Op.AndNot => target.AndNot(copy[a], copy[b]),
                Op.Or => target.Or(copy[a], copy[b]),
                Op.Select => target.Select(copy[a], copy[b], copy[c]),
                Op.Stop => copy[a],
                Op.Sine => elementary.Sine(copy[a]),
                Op.Cosine => elementary.Cosine(copy[a]),
                Op.ArcTangent => elementary.ArcTangent(copy[a], copy[b]),
                Op.Exponential => elementary.Exponential(copy[a]),
                _ => throw new InvalidOperationException($"{op} cannot be lowered."),
            };
        }
        return [.. roots.Select(r => copy[r])];
    }

    /// <summary>Fuses products that have one use with the sum that uses them, and numbers what is left in order.</summary>
    private static (Node[] Instructions, int[] Sources) Fuse(Graph graph, int[] roots)
    {
        var live = Live(graph, roots);
        var uses = new int[graph.Count];
        foreach (int root in roots) uses[root] += 2; // an output keeps its own value
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i]) continue;
            var (a, b, c) = Operands(graph[i]);
            if (a >= 0) uses[a]++;
            if (b >= 0) uses[b]++;
            if (c >= 0) uses[c]++;
        }

        var absorbed = new bool[graph.Count];
        var fused = new Node[graph.Count];
        bool Absorb(int product)
        {
            if (graph[product].Op != Op.Multiply || uses[product] != 1) return false;
            absorbed[product] = true;
            return true;
        }
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i]) continue;
            var node = fused[i] = graph[i];
            if (node.Op == Op.Add)
            {
                // the later product is the one whose operands are fresher
                if (Absorb(node.B)) fused[i] = new Node(Op.MultiplyAdd, graph[node.B].A, graph[node.B].B, node.A);
                else if (Absorb(node.A)) fused[i] = new Node(Op.MultiplyAdd, graph[node.A].A, graph[node.A].B, node.B);
            }
            else if (node.Op == Op.Subtract)
            {
                if (Absorb(node.B)) fused[i] = new Node(Op.NegatedMultiplyAdd, graph[node.B].A, graph[node.B].B, node.A);
                else if (Absorb(node.A)) fused[i] = new Node(Op.MultiplySubtract, graph[node.A].A, graph[node.A].B, node.B);
            }
        }

        var number = new int[graph.Count];
        var instructions = new List<Node>();
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i] || absorbed[i]) continue;
            var node = fused[i];
            var (a, b, c) = Operands(node);
            number[i] = instructions.Count;
            instructions.Add(node with
            {
                A = a >= 0 ? number[a] : node.A,
                B = b >= 0 ? number[b] : node.B,
                C = c >= 0 ? number[c] : node.C,
            });
        }
        return ([.. instructions], [.. roots.Select(r => number[r])]);
    }

    private static bool[] Live(Graph graph, int[] roots)
    {
        var live = new bool[graph.Count];
        foreach (int root in roots) live[root] = true;
        for (int i = graph.Count - 1; i >= 0; i--)
        {
            if (!live[i]) continue;
            var (a, b, c) = Operands(graph[i]);
            if (a >= 0) live[a] = true;
            if (b >= 0) live[b] = true;
            if (c >= 0) live[c] = true;
        }
        return live;
    }

    /// <summary>The operands that are values; an input's fields are numbers of another kind.</summary>
    internal static (int A, int B, int C) Operands(Node node) => node.Op is Op.Input or Op.Constant or Op.Truth ? (-1, -1, -1) : (node.A, node.B, node.C);
}
