namespace MbMix.Differentiation;

/// <summary>
/// A scalar that computes nothing but records every operation in an expression graph. It is meaningful only during a
/// trace, on the thread that traces.
/// </summary>
public readonly struct Traced : IScalar<Traced>
{
    // unrolled code of fewer nodes than this is as small as a loop and faster, because zeros fold
    // (docs/decisions/0005-engine.md)
    private const int WorthLooping = 1000;

    [ThreadStatic]
    private static Graph? current;

    // the node's number plus one, so that a scalar that nothing was assigned to is told apart
    private readonly int place;

    internal Traced(int node) => place = node + 1;

    internal bool IsAssigned => place > 0;

    /// <summary>The node in the graph. As with any number, an unassigned scalar is 0.</summary>
    internal int Node => IsAssigned ? place - 1 : Graph.Constant(0);

    internal static Graph Graph => current
        ?? throw new InvalidOperationException(
            "A traced scalar was used outside a trace: it has no value, only a place in the graph being recorded.");

    /// <inheritdoc/>
    public static implicit operator Traced(double value) => new(Graph.Constant(value));

    /// <inheritdoc/>
    public static Traced operator +(Traced left, Traced right) => new(Graph.Add(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced operator -(Traced left, Traced right) => new(Graph.Subtract(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced operator *(Traced left, Traced right) => new(Graph.Multiply(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced operator /(Traced left, Traced right) => new(Graph.Divide(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced operator -(Traced value) => new(Graph.Negate(value.Node));

    /// <inheritdoc/>
    public static Mask<Traced> operator >(Traced left, Traced right) =>
        new(new Traced(Graph.Greater(left.Node, right.Node)));

    /// <inheritdoc/>
    public static Mask<Traced> operator <(Traced left, Traced right) => right > left;

    /// <inheritdoc/>
    public static Mask<Traced> operator >=(Traced left, Traced right) =>
        new(new Traced(Graph.GreaterOrEqual(left.Node, right.Node)));

    /// <inheritdoc/>
    public static Mask<Traced> operator <=(Traced left, Traced right) => right >= left;

    /// <inheritdoc/>
    public static Traced Sqrt(Traced value) => new(Graph.SquareRoot(value.Node));

    /// <inheritdoc/>
    public static Traced Sin(Traced value) => new(Graph.Sine(value.Node));

    /// <inheritdoc/>
    public static Traced Cos(Traced value) => new(Graph.Cosine(value.Node));

    /// <inheritdoc/>
    public static Traced Atan2(Traced y, Traced x) => new(Graph.ArcTangent(y.Node, x.Node));

    /// <inheritdoc/>
    public static Traced Exp(Traced value) => new(Graph.Exponential(value.Node));

    /// <inheritdoc/>
    public static Traced Max(Traced left, Traced right) => new(Graph.Maximum(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced Min(Traced left, Traced right) => new(Graph.Minimum(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced Select(Mask<Traced> mask, Traced whenTrue, Traced whenFalse)
        => new(Graph.Select(mask.Value.Node, whenTrue.Node, whenFalse.Node));

    /// <inheritdoc/>
    public static Traced Stop(Traced value) => new(Graph.Stop(value.Node));

    /// <inheritdoc/>
    public static void AddTerms<TTerm>(
        TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<Traced> values, Span<Traced> totals)
        where TTerm : IRepeatedTerm
    {
        if (instances.Length == 0) return;
        var call = LoopBody.Trace(term, instances, values);
        if (call.Body!.Outputs.Length == 0) return;
        if (instances.Length * call.Body.Graph.Count < WorthLooping)
        {
            Unroll(term, instances, values, totals);
            return;
        }
        int loop = Graph.Loop(call);
        foreach (int total in call.Totals.SelectMany(t => t).Distinct().Order())
            totals[total] += new Traced(Graph.Total(loop, total));
    }

    /// <inheritdoc/>
    public static void Apply(ILaneFunction function, ReadOnlySpan<Traced> inputs, Span<Traced> outputs)
    {
        if (inputs.Length != function.Inputs || outputs.Length != function.Outputs)
        {
            throw new ArgumentException(
                $"{function.GetType().Name} takes {function.Inputs} values to {function.Outputs}; "
                + $"{inputs.Length} and {outputs.Length} came.");
        }
        int[] operands = new int[inputs.Length];
        for (int i = 0; i < operands.Length; i++) operands[i] = inputs[i].Node;
        int loop = Graph.Loop(LoopCall.Of(new LaneCall(function, false), operands, outputs.Length));
        for (int i = 0; i < outputs.Length; i++) outputs[i] = new(Graph.Total(loop, i));
    }

    /// <inheritdoc/>
    public static Traced MaskAnd(Traced left, Traced right) => new(Graph.And(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced MaskOr(Traced left, Traced right) => new(Graph.Or(left.Node, right.Node));

    /// <inheritdoc/>
    public static Traced MaskNot(Traced value) => new(Graph.Not(value.Node));

    private static void Unroll<TTerm>(
        TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<Traced> values, Span<Traced> totals)
        where TTerm : IRepeatedTerm
    {
        var (inputs, parameters, outputs) = (
            new Traced[term.Inputs], new Traced[term.Parameters], new Traced[term.Outputs]);
        foreach (var instance in instances)
        {
            for (int i = 0; i < inputs.Length; i++) inputs[i] = values[instance.Inputs[i]];
            for (int i = 0; i < parameters.Length; i++) parameters[i] = instance.Parameters[i];
            var active = term.Active<Traced>(inputs, parameters);
            term.Evaluate<Traced>(inputs, parameters, outputs);
            for (int i = 0; i < outputs.Length; i++) totals[instance.Outputs[i]] += Select(active, outputs[i], 0);
        }
    }

    internal static void Record(Graph graph, Action trace)
    {
        var outer = current;
        current = graph;
        try
        {
            trace();
        }
        finally
        {
            current = outer;
        }
    }
}
