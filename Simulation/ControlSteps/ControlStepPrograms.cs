namespace MbMix.Simulation;

/// <summary>
/// The executable programs of a control step and their adjoints, traced from one <see cref="ITracedDynamics"/>.
/// </summary>
internal sealed class ControlStepPrograms
{
    public ControlStepPrograms(ITracedDynamics dynamics, Precision precision, KernelOptions options)
    {
        var l = Layout = new ControlStepLayout(dynamics);
        int s = l.StateSize, a = l.ActionSize, c = l.CarrySize, o = l.ObservationSize;

        var refresh = TracedFunction.Trace([s, a], x =>
        {
            var carry = new Traced[c];
            if (c > 0) Within("Refresh", () => dynamics.Refresh<Traced>(x[0], Clipped(x[1]), carry));
            return [Written(carry, "the carry in Refresh")];
        });
        var substep = TracedFunction.Trace([s, a, c], x =>
        {
            var next = new Traced[s];
            Within("Substep", () => dynamics.Substep<Traced>(x[0], Clipped(x[1]), x[2], next));
            return [Written(next, "the next state in Substep")];
        });
        var outcome = TracedFunction.Trace([s, a, s], x =>
        {
            var observation = new Traced[o];
            var clipped = Clipped(x[1]);
            Within("Observe", () => dynamics.Observe<Traced>(x[2], clipped, observation));
            Traced reward = default;
            Mask<Traced> terminated = default;
            Within("Reward", () => (reward, terminated) = dynamics.Reward<Traced>(x[0], clipped, x[2]));
            return
            [
                Written(observation, "the observation in Observe"), Written([reward], "the result of Reward"),
                [Traced.Select(terminated, 1, 0), Fault(x[1], x[2])],
            ];
        });

        Refresh = Kernels.Build(refresh, precision, options);
        Substep = Kernels.Build(substep, precision, options);
        Outcome = Kernels.Build(outcome, precision, options);

        // the cotangents of termination and fault are inputs of the adjoint that nothing reads
        RefreshAdjoint = new(() => Kernels.Build(refresh.Adjoint((0, true), (1, true)), precision, options));
        SubstepAdjoint = new(
            () => Kernels.Build(substep.Adjoint((0, false), (1, true), (2, true)), precision, options));
        OutcomeAdjoint = new(
            () => Kernels.Build(outcome.Adjoint((0, false), (1, false), (2, true)), precision, options));
        AdjointScratchBytes = new(() =>
        {
            var adjoints = (Kernel[])[RefreshAdjoint.Value, SubstepAdjoint.Value, OutcomeAdjoint.Value];
            return adjoints.Max(kernel => kernel.ScratchBytes);
        });
    }

    public ControlStepLayout Layout { get; }

    /// <summary>Maps (state, action) to carry.</summary>
    public Kernel Refresh { get; }

    /// <summary>Maps (state, action, carry) to next state.</summary>
    public Kernel Substep { get; }

    /// <summary>
    /// Maps (state, action, next state) to (observation, reward, flags); the flags are termination and fault code.
    /// </summary>
    public Kernel Outcome { get; }

    /// <summary>Maps (state, action, dCarry) to (dState, dAction), each added to what a further input holds.</summary>
    public Lazy<Kernel> RefreshAdjoint { get; }

    /// <summary>
    /// Maps (state, action, carry, dNextState) to (dState, dAction, dCarry); the last two are added to what further
    /// inputs hold.
    /// </summary>
    public Lazy<Kernel> SubstepAdjoint { get; }

    /// <summary>
    /// Maps (state, action, next state, dObservation, dReward, unused) to (dState, dAction, dNextState); the last is
    /// added to what a further input holds.
    /// </summary>
    public Lazy<Kernel> OutcomeAdjoint { get; }

    public int ForwardScratchBytes =>
        Math.Max(Refresh.ScratchBytes, Math.Max(Substep.ScratchBytes, Outcome.ScratchBytes));

    public Lazy<int> AdjointScratchBytes { get; }

    private void Within(string member, Action trace)
    {
        try
        {
            trace();
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new InvalidOperationException(
                $"{member} uses an index that does not exist; there are {Layout.StateSize} components of the state, "
                + $"{Layout.ActionSize} of the action, {Layout.CarrySize} of the carry and {Layout.ObservationSize} of "
                + "the observation.",
                e);
        }
    }

    // an output that nobody wrote would be a 0 that nobody meant
    private static Traced[] Written(Traced[] values, string name)
    {
        TracedFunction.Nodes(values, name);
        return values;
    }

    private Traced[] Clipped(Traced[] action)
    {
        var clipped = new Traced[action.Length];
        for (int i = 0; i < action.Length; i++)
            clipped[i] = ScalarMath.Clip(action[i], Layout.ActionLow[i], Layout.ActionHigh[i]);
        return clipped;
    }

    /// <summary>
    /// The fault code. Comparisons with NaN are false, so a value counts as good only if it is found to be within the
    /// limit.
    /// </summary>
    private Traced Fault(Traced[] action, Traced[] next)
    {
        Mask<Traced> Within(Traced[] values, double limit)
        {
            Mask<Traced> good = (Traced)0 >= 0;
            foreach (var x in values) good &= ScalarMath.Abs(x) <= limit;
            return good;
        }
        Traced state = Traced.Select(Within(next, Layout.FaultLimit), FaultCode.None, FaultCode.StateNotFinite);
        return Traced.Select(Within(action, float.MaxValue), state, FaultCode.ActionNotFinite);
    }
}
