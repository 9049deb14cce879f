namespace MbMix.Comparison;

/// <summary>Checks whether a policy made for one environment can act in another.</summary>
internal static class SpaceAgreement
{
    /// <summary>
    /// Throws unless two environments agree in the names, units and order of observations and actions, the bounds of
    /// actions, and the control period.
    /// </summary>
    /// <param name="from">The environment that the policy was made for.</param>
    /// <param name="to">The other environment.</param>
    /// <exception cref="ConfigurationException">
    /// The environments disagree; the message names the first disagreement.
    /// </exception>
    public static void Require(EnvSpec from, EnvSpec to)
    {
        if (Disagreement(from, to) is { } what)
            throw new ConfigurationException($"A policy cannot go from {from.Id} to {to.Id}: {what}.");
    }

    private static string? Disagreement(EnvSpec from, EnvSpec to) =>
        In("observation", from, to, s => s.Observation, bounds: false)
            ?? In("action", from, to, s => s.Action, bounds: true)
            ?? Period(from, to);

    private static string? In(string kind, EnvSpec from, EnvSpec to, Func<EnvSpec, SpaceSpec> space, bool bounds)
    {
        SpaceSpec a = space(from), b = space(to);
        for (int i = 0; i < Math.Min(a.Size, b.Size); i++)
        {
            Dimension x = a.Dimensions[i], y = b.Dimensions[i];
            if (x.Name != y.Name) return $"{kind} {i} is '{x.Name}' in one and '{y.Name}' in the other";
            if (x.Unit != y.Unit) return $"{kind} {i}, '{x.Name}', is in {x.Unit} in one and in {y.Unit} in the other";
            if (bounds && (x.Low, x.High) != (y.Low, y.High))
            {
                string one = FormattableString.Invariant($"[{x.Low}, {x.High}]");
                string other = FormattableString.Invariant($"[{y.Low}, {y.High}]");
                return $"{kind} {i}, '{x.Name}', lies in {one} in one and in {other} in the other";
            }
        }
        return a.Size == b.Size ? null : $"one has {a.Size} {kind}s, the other {b.Size}";
    }

    private static string? Period(EnvSpec from, EnvSpec to)
    {
        if (Math.Abs(from.ControlPeriod - to.ControlPeriod) <= 1e-9 * from.ControlPeriod) return null;
        return FormattableString.Invariant(
            $"the control period is {from.ControlPeriod:R} s in one and {to.ControlPeriod:R} s in the other");
    }
}
