using System.Globalization;

namespace MbMix.Simulation;

/// <summary>
/// Repeats a control step of one lane in plain double arithmetic, substep by substep, until something goes wrong.
/// </summary>
internal sealed class FaultFinder(ITracedEnvironment environment)
{
    public string Explain(ReadOnlySpan<double> state, ReadOnlySpan<double> action)
    {
        var (spec, layout) = (environment.Spec, new ControlStepLayout(environment));
        for (int i = 0; i < action.Length; i++)
        {
            if (!double.IsFinite(action[i]))
                return $"{spec.Id}: action '{spec.Action.Dimensions[i].Name}' is {Show(action[i])} before the step.";
        }
        if (Offender(state) is { } before) return $"{spec.Id}: {before} before the step.";

        var s = new Real[layout.StateSize];
        var next = new Real[layout.StateSize];
        var a = new Real[layout.ActionSize];
        var carry = new Real[layout.CarrySize];
        for (int i = 0; i < s.Length; i++) s[i] = state[i];
        for (int i = 0; i < a.Length; i++) a[i] = Math.Clamp(action[i], layout.ActionLow[i], layout.ActionHigh[i]);
        var values = new double[s.Length];
        for (int step = 0; step < layout.Substeps; step++)
        {
            if (step % layout.SubstepsPerRefresh == 0 && carry.Length > 0) environment.Refresh<Real>(s, a, carry);
            environment.Substep<Real>(s, a, carry, next);
            (s, next) = (next, s);
            for (int i = 0; i < s.Length; i++) values[i] = s[i];
            if (Offender(values) is { } found)
                return $"{spec.Id}: {found} after substep {step + 1} of {layout.Substeps}.";
        }
        if (Outcome(state, s, a) is { } outcome) return $"{spec.Id}: {outcome} after the step.";
        return $"{spec.Id}: the step is fine in double precision; "
            + "the fault is one of rounding or overflow in single precision.";
    }

    /// <summary>Describes the first observation that is not finite, else the reward; null if all are finite.</summary>
    private string? Outcome(ReadOnlySpan<double> state, Real[] next, Real[] action)
    {
        var observed = environment.Spec.Observation.Dimensions;
        var observation = new Real[observed.Count];
        environment.Observe<Real>(next, action, observation);
        for (int i = 0; i < observation.Length; i++)
        {
            if (!double.IsFinite(observation[i])) return $"observation '{observed[i].Name}' is {Show(observation[i])}";
        }
        var before = new Real[state.Length];
        for (int i = 0; i < before.Length; i++) before[i] = state[i];
        double reward = environment.Reward<Real>(before, action, next).Reward;
        return double.IsFinite(reward) ? null : $"the reward is {Show(reward)}";
    }

    /// <summary>
    /// Describes the component that went wrong: the first one that is not finite, else the largest one beyond the
    /// limit; null if all are fine.
    /// </summary>
    private string? Offender(ReadOnlySpan<double> state)
    {
        int worst = -1;
        for (int i = 0; i < state.Length; i++)
        {
            if (!double.IsFinite(state[i]))
            {
                worst = i;
                break;
            }
            bool exploded = Math.Abs(state[i]) > environment.Schedule.FaultLimit;
            if (exploded && (worst < 0 || Math.Abs(state[i]) > Math.Abs(state[worst]))) worst = i;
        }
        if (worst < 0) return null;
        var component = environment.Spec.State.Dimensions[worst];
        return $"{component.Name} is {Show(state[worst])} {component.Unit}";
    }

    private static string Show(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
