namespace MbMix.Differentiation;

/// <summary>
/// Reverse-mode differentiation on the graph itself. Cotangents are ordinary nodes, simplified and shared like all
/// others, and use the nodes of the primal directly.
/// </summary>
internal static class ReverseMode
{
    /// <summary>Adds the nodes of all cotangents to the graph.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="seeds">Output nodes and the nodes of their cotangents.</param>
    /// <returns>The cotangent node of every node that has one.</returns>
    public static Dictionary<int, int> Accumulate(Graph graph, IEnumerable<(int Node, int Cotangent)> seeds)
    {
        var adjoint = new Dictionary<int, int>();
        var pending = new PriorityQueue<int, int>();
        var totals = new Dictionary<int, int[]>();

        void Add(int node, int cotangent)
        {
            if (graph.IsZero(cotangent) || graph[node].Op is Op.Constant or Op.Truth) return;
            if (adjoint.TryGetValue(node, out int sum))
            {
                adjoint[node] = graph.Add(sum, cotangent);
            }
            else
            {
                adjoint[node] = cotangent;
                pending.Enqueue(node, -node);
            }
        }

        foreach (var (node, cotangent) in seeds) Add(node, cotangent);

        // operands come before their users, so in descending order every node is visited after all nodes that use it
        while (pending.TryDequeue(out int y, out _))
        {
            var (op, a, b, c, _) = graph[y];
            if (op == Op.Loop)
            {
                foreach (var (operand, cotangent) in graph.Loops[a].Adjoint(graph, totals[y])) Add(operand, cotangent);
                continue;
            }
            int g = adjoint[y];
            switch (op)
            {
                case Op.Add:
                    Add(a, g);
                    Add(b, g);
                    break;
                case Op.Subtract:
                    Add(a, g);
                    Add(b, graph.Negate(g));
                    break;
                case Op.Multiply:
                    Add(a, graph.Multiply(g, b));
                    Add(b, graph.Multiply(g, a));
                    break;
                case Op.Negate:
                    Add(a, graph.Negate(g));
                    break;
                case Op.Reciprocal:
                    Add(a, graph.Negate(graph.Multiply(g, graph.Multiply(y, y))));
                    break;
                case Op.SquareRoot:
                    Add(a, graph.Multiply(graph.Multiply(graph.Constant(0.5), g), graph.Reciprocal(y)));
                    break;
                case Op.Sine:
                    Add(a, graph.Multiply(g, graph.Cosine(a)));
                    break;
                case Op.Cosine:
                    Add(a, graph.Negate(graph.Multiply(g, graph.Sine(a))));
                    break;
                case Op.Exponential:
                    Add(a, graph.Multiply(g, y));
                    break;
                case Op.ArcTangent:
                    // guarded, so that the derivative at the origin is 0
                    int square = graph.Add(graph.Multiply(a, a), graph.Multiply(b, b));
                    int elsewhere = graph.Greater(square, graph.Constant(0));
                    int divisor = graph.Select(elsewhere, square, graph.Constant(1));
                    int scaled = graph.And(elsewhere, graph.Multiply(g, graph.Reciprocal(divisor)));
                    Add(a, graph.Multiply(scaled, b));
                    Add(b, graph.Negate(graph.Multiply(scaled, a)));
                    break;
                case Op.Maximum:
                case Op.Minimum:
                    // a mask instead of a product with 0 or 1, because an infinite cotangent must not leak to the other
                    // side
                    int first = op == Op.Maximum ? graph.GreaterOrEqual(a, b) : graph.GreaterOrEqual(b, a);
                    Add(a, graph.And(first, g));
                    Add(b, graph.AndNot(first, g));
                    break;
                case Op.Select:
                    Add(b, graph.And(a, g));
                    Add(c, graph.AndNot(a, g));
                    break;
                case Op.And:
                    Add(b, graph.And(a, g));
                    break;
                case Op.AndNot:
                    Add(b, graph.AndNot(a, g));
                    break;
                case Op.Total:
                    // the loop itself is visited after all its totals
                    if (!totals.TryGetValue(a, out var cotangents))
                    {
                        totals[a] = cotangents = new int[graph.Loops[graph[a].A].TotalCount];
                        Array.Fill(cotangents, graph.Constant(0));
                        pending.Enqueue(a, -a);
                    }
                    cotangents[b] = g;
                    break;
                case Op.Input:
                case Op.Round:
                case Op.Stop:
                case Op.Greater:
                case Op.GreaterOrEqual:
                case Op.Or:
                    break;
                default:
                    throw new InvalidOperationException($"{op} has no derivative rule.");
            }
        }
        return adjoint;
    }
}
