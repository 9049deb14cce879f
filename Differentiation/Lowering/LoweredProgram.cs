namespace MbMix.Differentiation;

/// <summary>
/// A linear list of instructions, ready to be interpreted or compiled: elementary functions are expanded,
/// multiplications are fused with the additions that use them, dead code is removed. Interpreter and compiled code run
/// the same list, so they agree to the bit.
/// </summary>
internal sealed class LoweredProgram
{
    private LoweredProgram(
        Precision precision,
        Node[] instructions,
        LoweredLoop[] loops,
        (int Group, int Component, int Source)[] outputs,
        int[] inputSizes,
        int[] outputSizes)
    {
        Precision = precision;
        Instructions = instructions;
        Loops = loops;
        Outputs = outputs;
        InputSizes = inputSizes;
        OutputSizes = outputSizes;
    }

    public Precision Precision { get; }

    public Node[] Instructions { get; }

    /// <summary>The loops that <see cref="Op.Loop"/> instructions run.</summary>
    public LoweredLoop[] Loops { get; }

    /// <summary>Which instruction computes which component of which output group.</summary>
    public (int Group, int Component, int Source)[] Outputs { get; }

    public int[] InputSizes { get; }

    public int[] OutputSizes { get; }

    /// <summary>
    /// Number of instructions that compute something; those of a loop count once per instance, and a lane function
    /// counts as one per operand, because what it does is not known.
    /// </summary>
    public int OperationCount => Instructions.Count(i => !IsGiven(i.Op))
        + Loops.Sum(l => l.Body is { } body ? l.Inputs.Length * body.OperationCount : l.Inputs[0].Length);

    public static LoweredProgram Lower(TracedFunction function, Precision precision) =>
        Lower(function.Graph, function.InputSizes, function.Outputs, precision);

    /// <summary>
    /// Whether an instruction computes nothing, because its value is already there: a constant, an input, or the total
    /// of a loop.
    /// </summary>
    public static bool IsGiven(Op op) => op is Op.Constant or Op.Truth or Op.Input or Op.Total or Op.Loop;

    /// <summary>The instructions whose values an instruction uses.</summary>
    public IEnumerable<int> Operands(int instruction) =>
        Operands(Instructions[instruction], loop => Loops[loop].Inputs);

    private static LoweredProgram Lower(Graph source, int[] inputSizes, int[][] outputGroups, Precision precision)
    {
        int[] roots = [.. outputGroups.SelectMany(group => group)];
        var graph = new Graph();
        int[] expanded = Expand(source, roots, graph, precision);
        var (instructions, loops, sources) = Fuse(graph, expanded, precision);

        var outputs = new List<(int, int, int)>();
        for (int group = 0, next = 0; group < outputGroups.Length; group++)
        {
            for (int i = 0; i < outputGroups[group].Length; i++) outputs.Add((group, i, sources[next++]));
        }
        int[] outputSizes = [.. outputGroups.Select(o => o.Length)];
        return new LoweredProgram(precision, instructions, loops, [.. outputs], inputSizes, outputSizes);
    }

    private static LoweredLoop Lower(LoopCall call, int[][] inputs, Precision precision)
    {
        if (call.Body is not { } body)
            return new LoweredLoop(null, inputs, call.Parameters, call.Totals, call.TotalCount, call.Lane);
        int[] guard = body.Graph[body.Guard].Op == Op.Truth ? [] : [body.Guard];
        var lowered = Lower(body.Graph, [body.Inputs, body.Parameters], [body.Outputs, guard], precision);
        return new LoweredLoop(lowered, inputs, call.Parameters, call.Totals, call.TotalCount, null);
    }

    /// <summary>
    /// Copies what the roots need into another graph, with elementary functions expanded into arithmetic and stops
    /// removed.
    /// </summary>
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
                Op.Total => target.Total(copy[a], b),
                Op.Loop => target.Loop(Placed(source.Loops[a], target, copy)),
                Op.Sine => elementary.Sine(copy[a]),
                Op.Cosine => elementary.Cosine(copy[a]),
                Op.ArcTangent => elementary.ArcTangent(copy[a], copy[b]),
                Op.Exponential => elementary.Exponential(copy[a]),
                _ => throw new InvalidOperationException($"{op} cannot be lowered."),
            };
        }
        return [.. roots.Select(r => copy[r])];
    }

    /// <summary>
    /// Instances find their operands by address. A column of operands that are inputs of one group for every instance
    /// is read from that group; any other constant or input needs memory of its own.
    /// </summary>
    private static LoopCall Placed(LoopCall call, Graph target, int[] copy)
    {
        int[][] inputs = [.. call.Inputs.Select(x => x.Select(i => copy[i]).ToArray())];
        for (int column = 0; column < inputs[0].Length; column++)
        {
            var (first, j) = (target[inputs[0][column]], column);
            bool ofOneGroup = first.Op == Op.Input
                && inputs.All(x => target[x[j]] is { Op: Op.Input, A: var group } && group == first.A);
            if (ofOneGroup) continue;
            foreach (int[] x in inputs) x[j] = target.Place(x[j]);
        }
        return call with { Inputs = inputs };
    }

    /// <summary>
    /// Fuses every product that is used once with the sum that uses it, and numbers the remaining instructions in
    /// order.
    /// </summary>
    private static (Node[] Instructions, LoweredLoop[] Loops, int[] Sources) Fuse(
        Graph graph, int[] roots, Precision precision)
    {
        var live = Live(graph, roots);
        var uses = new int[graph.Count];
        // counted twice, so that the value of an output is never absorbed
        foreach (int root in roots) uses[root] += 2;
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i]) continue;
            foreach (int operand in Operands(graph, i)) uses[operand]++;
        }

        var absorbed = new bool[graph.Count];
        var fused = new Node[graph.Count];
        bool Absorb(int product)
        {
            if (ProductRounding.IsSeparate || graph[product].Op != Op.Multiply || uses[product] != 1) return false;
            absorbed[product] = true;
            return true;
        }
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i]) continue;
            var node = fused[i] = graph[i];
            if (node.Op == Op.Add)
            {
                // prefer the later product, whose operands were computed more recently
                if (Absorb(node.B)) fused[i] = new Node(Op.MultiplyAdd, graph[node.B].A, graph[node.B].B, node.A);
                else if (Absorb(node.A)) fused[i] = new Node(Op.MultiplyAdd, graph[node.A].A, graph[node.A].B, node.B);
            }
            else if (node.Op == Op.Subtract)
            {
                if (Absorb(node.B))
                    fused[i] = new Node(Op.NegatedMultiplyAdd, graph[node.B].A, graph[node.B].B, node.A);
                else if (Absorb(node.A))
                    fused[i] = new Node(Op.MultiplySubtract, graph[node.A].A, graph[node.A].B, node.B);
            }
        }

        var number = new int[graph.Count];
        var instructions = new List<Node>();
        var loops = new List<LoweredLoop>();
        for (int i = 0; i < graph.Count; i++)
        {
            if (!live[i] || absorbed[i]) continue;
            var node = fused[i];
            number[i] = instructions.Count;
            switch (node.Op)
            {
                case Op.Input or Op.Constant or Op.Truth:
                    instructions.Add(node);
                    break;
                case Op.Total:
                    instructions.Add(node with { A = number[node.A] });
                    break;
                case Op.Loop:
                    instructions.Add(node with { A = loops.Count });
                    var call = graph.Loops[node.A];
                    int[][] inputs = [.. call.Inputs.Select(x => x.Select(operand => number[operand]).ToArray())];
                    loops.Add(Lower(call, inputs, precision));
                    break;
                default:
                    instructions.Add(node with
                    {
                        A = number[node.A],
                        B = node.B >= 0 ? number[node.B] : -1,
                        C = node.C >= 0 ? number[node.C] : -1,
                    });
                    break;
            }
        }
        return ([.. instructions], [.. loops], [.. roots.Select(r => number[r])]);
    }

    private static bool[] Live(Graph graph, int[] roots)
    {
        var live = new bool[graph.Count];
        foreach (int root in roots) live[root] = true;
        for (int i = graph.Count - 1; i >= 0; i--)
        {
            if (!live[i]) continue;
            foreach (int operand in Operands(graph, i)) live[operand] = true;
        }
        return live;
    }

    private static IEnumerable<int> Operands(Graph graph, int node) =>
        Operands(graph[node], loop => graph.Loops[loop].Inputs);

    private static IEnumerable<int> Operands(Node node, Func<int, int[][]> inputsOfLoop) => node switch
    {
        { Op: Op.Input or Op.Constant or Op.Truth } => [],
        { Op: Op.Total } => [node.A],
        { Op: Op.Loop } => inputsOfLoop(node.A).SelectMany(x => x),
        { B: < 0 } => [node.A],
        { C: < 0 } => [node.A, node.B],
        _ => [node.A, node.B, node.C],
    };
}
