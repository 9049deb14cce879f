namespace MbMix.Differentiation;

/// <summary>
/// An expression graph that is simplified as it grows: equal expressions share one node, constants are folded in double
/// precision, and products with zero vanish, so that the sparsity of a kinematic tree emerges by itself. Operands
/// always come before the nodes that use them; the order of creation is the order of execution.
/// </summary>
internal sealed class Graph
{
    private readonly Dictionary<Node, int> known = [];
    private readonly List<Node> nodes = [];
    private readonly List<LoopCall> loops = [];

    public int Count => nodes.Count;

    /// <summary>The loops that nodes refer to.</summary>
    public IReadOnlyList<LoopCall> Loops => loops;

    public Node this[int node] => nodes[node];

    public int Constant(double value) => Intern(new Node(Op.Constant, Value: value == 0 ? 0 : value));

    public int Truth(bool value) => Intern(new Node(Op.Truth, Value: value ? 1 : 0));

    public int Input(int group, int component) => Intern(new Node(Op.Input, group, component));

    public int Add(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Constant(x + y);
        if (IsZero(a)) return b;
        if (IsZero(b)) return a;
        if (nodes[b].Op == Op.Negate) return Subtract(a, nodes[b].A);
        if (nodes[a].Op == Op.Negate) return Subtract(b, nodes[a].A);
        return Intern(new Node(Op.Add, Math.Min(a, b), Math.Max(a, b)));
    }

    public int Subtract(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Constant(x - y);
        if (a == b) return Constant(0);
        if (IsZero(b)) return a;
        if (IsZero(a)) return Negate(b);
        if (nodes[b].Op == Op.Negate) return Add(a, nodes[b].A);
        if (nodes[a].Op == Op.Negate) return Negate(Add(nodes[a].A, b));
        return Intern(new Node(Op.Subtract, a, b));
    }

    public int Multiply(int a, int b)
    {
        if (IsConstant(b, out _)) (a, b) = (b, a);
        if (IsConstant(a, out double x))
        {
            if (IsConstant(b, out double y)) return Constant(x * y);
            if (x == 0) return a;
            if (x == 1) return b;
            if (x == -1) return Negate(b);
            if (nodes[b].Op == Op.Negate) return Multiply(Constant(-x), nodes[b].A);
            if (nodes[b].Op == Op.Multiply && IsConstant(nodes[b].A, out double inner))
                return Multiply(Constant(x * inner), nodes[b].B);
            return Intern(new Node(Op.Multiply, a, b));
        }

        // signs move outward, where additions absorb them
        bool negative = false;
        if (nodes[a].Op == Op.Negate) (a, negative) = (nodes[a].A, !negative);
        if (nodes[b].Op == Op.Negate) (b, negative) = (nodes[b].A, !negative);
        int product = Intern(new Node(Op.Multiply, Math.Min(a, b), Math.Max(a, b)));
        return negative ? Negate(product) : product;
    }

    public int Divide(int a, int b) => Multiply(a, Reciprocal(b));

    public int Negate(int a) => nodes[a] switch
    {
        { Op: Op.Constant } n => Constant(-n.Value),
        { Op: Op.Negate } n => n.A,
        { Op: Op.Subtract } n => Subtract(n.B, n.A),
        _ => Intern(new Node(Op.Negate, a)),
    };

    public int Reciprocal(int a) => nodes[a] switch
    {
        { Op: Op.Constant } n => Constant(1 / n.Value),
        { Op: Op.Reciprocal } n => n.A,
        { Op: Op.Negate } n => Negate(Reciprocal(n.A)),
        _ => Intern(new Node(Op.Reciprocal, a)),
    };

    public int SquareRoot(int a) =>
        IsConstant(a, out double x) ? Constant(Math.Sqrt(x)) : Intern(new Node(Op.SquareRoot, a));

    public int Round(int a) => IsConstant(a, out double x)
        ? Constant(Math.Round(x, MidpointRounding.ToEven))
        : Intern(new Node(Op.Round, a));

    public int Sine(int a) => nodes[a] switch
    {
        { Op: Op.Constant } n => Constant(Math.Sin(n.Value)),
        { Op: Op.Negate } n => Negate(Sine(n.A)),
        _ => Intern(new Node(Op.Sine, a)),
    };

    public int Cosine(int a) => nodes[a] switch
    {
        { Op: Op.Constant } n => Constant(Math.Cos(n.Value)),
        { Op: Op.Negate } n => Cosine(n.A),
        _ => Intern(new Node(Op.Cosine, a)),
    };

    public int ArcTangent(int y, int x) => IsConstant(y, out double v) && IsConstant(x, out double u)
        ? Constant(Math.Atan2(v, u))
        : Intern(new Node(Op.ArcTangent, y, x));

    public int Exponential(int a) =>
        IsConstant(a, out double x) ? Constant(Math.Exp(x)) : Intern(new Node(Op.Exponential, a));

    public int PowerOfTwo(int a) =>
        IsConstant(a, out double x) ? Constant(Math.Pow(2, x)) : Intern(new Node(Op.PowerOfTwo, a));

    public int Maximum(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Constant(x >= y ? x : y);
        return a == b ? a : Intern(new Node(Op.Maximum, a, b));
    }

    public int Minimum(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Constant(x <= y ? x : y);
        return a == b ? a : Intern(new Node(Op.Minimum, a, b));
    }

    public int Greater(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Truth(x > y);
        return Intern(new Node(Op.Greater, a, b));
    }

    public int GreaterOrEqual(int a, int b)
    {
        if (IsConstant(a, out double x) && IsConstant(b, out double y)) return Truth(x >= y);
        return Intern(new Node(Op.GreaterOrEqual, a, b));
    }

    public int And(int mask, int value)
    {
        if (IsTruth(mask, out bool m)) return m ? value : IsMask(value) ? mask : Constant(0);
        if (IsTruth(value, out bool v)) return v ? mask : value;
        if (IsZero(value)) return value;
        if (nodes[value].Op == Op.And && nodes[value].A == mask) return value;
        return mask == value ? mask : Intern(new Node(Op.And, mask, value));
    }

    public int AndNot(int mask, int value)
    {
        if (IsTruth(mask, out bool m)) return !m ? value : IsMask(value) ? Truth(false) : Constant(0);
        return IsZero(value) ? value : Intern(new Node(Op.AndNot, mask, value));
    }

    public int Or(int a, int b)
    {
        if (IsTruth(a, out bool x)) return x ? a : b;
        if (IsTruth(b, out bool y)) return y ? b : a;
        return a == b ? a : Intern(new Node(Op.Or, Math.Min(a, b), Math.Max(a, b)));
    }

    public int Not(int mask)
    {
        if (IsTruth(mask, out bool m)) return Truth(!m);
        var node = nodes[mask];
        bool negated = node.Op == Op.AndNot && IsTruth(node.B, out bool all) && all;
        return negated ? node.A : Intern(new Node(Op.AndNot, mask, Truth(true)));
    }

    public int Select(int mask, int whenTrue, int whenFalse)
    {
        if (IsTruth(mask, out bool m)) return m ? whenTrue : whenFalse;
        if (whenTrue == whenFalse) return whenTrue;
        if (IsZero(whenFalse)) return And(mask, whenTrue);
        if (IsZero(whenTrue)) return AndNot(mask, whenFalse);
        return Intern(new Node(Op.Select, mask, whenTrue, whenFalse));
    }

    public int Stop(int a) => nodes[a].Op is Op.Constant or Op.Stop ? a : Intern(new Node(Op.Stop, a));

    public int Loop(LoopCall call)
    {
        loops.Add(call);
        return Intern(new Node(Op.Loop, loops.Count - 1));
    }

    public int Total(int loop, int total) => Intern(new Node(Op.Total, loop, total));

    /// <summary>
    /// A node with the same value that occupies memory of its own: a copy of a constant or an input, else the node
    /// itself.
    /// </summary>
    public int Place(int a) => nodes[a].Op is Op.Constant or Op.Truth or Op.Input ? Intern(new Node(Op.Copy, a)) : a;

    public bool IsConstant(int node, out double value)
    {
        value = nodes[node].Value;
        return nodes[node].Op == Op.Constant;
    }

    public bool IsZero(int node) => nodes[node] is { Op: Op.Constant, Value: 0 };

    private bool IsTruth(int node, out bool value)
    {
        value = nodes[node].Value != 0;
        return nodes[node].Op == Op.Truth;
    }

    private bool IsMask(int node) => nodes[node].Op switch
    {
        Op.Truth or Op.Greater or Op.GreaterOrEqual or Op.Or => true,
        Op.And or Op.AndNot => IsMask(nodes[node].B),
        _ => false,
    };

    private int Intern(Node node)
    {
        if (known.TryGetValue(node, out int existing)) return existing;
        nodes.Add(node);
        known.Add(node, nodes.Count - 1);
        return nodes.Count - 1;
    }
}
