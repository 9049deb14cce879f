namespace MbMix.Differentiation;

/// <summary>
/// Plain double arithmetic behind <see cref="IScalar{T}"/>: computes a function directly, without tracing.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct Real(double Value) : IScalar<Real>
{
    /// <inheritdoc/>
    public static implicit operator Real(double value) => new(value);

    /// <summary>The number.</summary>
    public static implicit operator double(Real value) => value.Value;

    /// <inheritdoc/>
    public static Real operator +(Real left, Real right) => new(left.Value + right.Value);

    /// <inheritdoc/>
    public static Real operator -(Real left, Real right) => new(left.Value - right.Value);

    /// <inheritdoc/>
    public static Real operator *(Real left, Real right) => new(left.Value * right.Value);

    /// <inheritdoc/>
    public static Real operator /(Real left, Real right) => new(left.Value / right.Value);

    /// <inheritdoc/>
    public static Real operator -(Real value) => new(-value.Value);

    /// <inheritdoc/>
    public static Mask<Real> operator >(Real left, Real right) => Truth(left.Value > right.Value);

    /// <inheritdoc/>
    public static Mask<Real> operator <(Real left, Real right) => Truth(left.Value < right.Value);

    /// <inheritdoc/>
    public static Mask<Real> operator >=(Real left, Real right) => Truth(left.Value >= right.Value);

    /// <inheritdoc/>
    public static Mask<Real> operator <=(Real left, Real right) => Truth(left.Value <= right.Value);

    /// <inheritdoc/>
    public static Real Sqrt(Real value) => new(Math.Sqrt(value.Value));

    /// <inheritdoc/>
    public static Real Sin(Real value) => new(Math.Sin(value.Value));

    /// <inheritdoc/>
    public static Real Cos(Real value) => new(Math.Cos(value.Value));

    /// <inheritdoc/>
    public static Real Atan2(Real y, Real x) => new(Math.Atan2(y.Value, x.Value));

    /// <inheritdoc/>
    public static Real Exp(Real value) => new(Math.Exp(value.Value));

    /// <inheritdoc/>
    public static Real Max(Real left, Real right) => left.Value >= right.Value ? left : right;

    /// <inheritdoc/>
    public static Real Min(Real left, Real right) => left.Value <= right.Value ? left : right;

    /// <inheritdoc/>
    public static Real Select(Mask<Real> mask, Real whenTrue, Real whenFalse) =>
        mask.Value.Value != 0 ? whenTrue : whenFalse;

    /// <inheritdoc/>
    public static Real Stop(Real value) => value;

    /// <inheritdoc/>
    public static void AddTerms<TTerm>(
        TTerm term, ReadOnlySpan<TermInstance> instances, ReadOnlySpan<Real> values, Span<Real> totals)
        where TTerm : IRepeatedTerm
    {
        var (inputs, parameters, outputs) = (new Real[term.Inputs], new Real[term.Parameters], new Real[term.Outputs]);
        foreach (var instance in instances)
        {
            for (int i = 0; i < inputs.Length; i++) inputs[i] = values[instance.Inputs[i]];
            for (int i = 0; i < parameters.Length; i++) parameters[i] = instance.Parameters[i];
            if (term.Active<Real>(inputs, parameters).Value.Value == 0) continue;
            term.Evaluate<Real>(inputs, parameters, outputs);
            for (int i = 0; i < outputs.Length; i++) totals[instance.Outputs[i]] += outputs[i];
        }
    }

    /// <inheritdoc/>
    public static void Apply(ILaneFunction function, ReadOnlySpan<Real> inputs, Span<Real> outputs)
    {
        var (given, computed) = (new double[inputs.Length], new double[outputs.Length]);
        for (int i = 0; i < given.Length; i++) given[i] = inputs[i].Value;
        function.Evaluate<double>(given, computed, 1);
        for (int i = 0; i < computed.Length; i++) outputs[i] = new(computed[i]);
    }

    /// <inheritdoc/>
    public static Real MaskAnd(Real left, Real right) => new(left.Value * right.Value);

    /// <inheritdoc/>
    public static Real MaskOr(Real left, Real right) => new(Math.Max(left.Value, right.Value));

    /// <inheritdoc/>
    public static Real MaskNot(Real value) => new(1 - value.Value);

    private static Mask<Real> Truth(bool value) => new(new Real(value ? 1 : 0));
}
