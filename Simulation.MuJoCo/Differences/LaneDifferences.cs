namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// Finite differences of whole control steps of one lane, for any integrator: next state, observation and reward are
/// differenced in the same simulations, which all start from the state before the step. One thread at a time.
/// </summary>
/// <remarks>
/// A Jacobian is stored row-major. It has one row per output (tangent of the next state, observation, reward) and one
/// column per input (tangent of the state, action).
/// </remarks>
/// <param name="arithmetic">Displacements and differences of states.</param>
/// <param name="simulator">The simulation that the perturbed steps run in.</param>
/// <param name="layout">Layout of the state.</param>
/// <param name="range">Bounds of the action.</param>
/// <param name="epsilon">Perturbation of a tangent coordinate or action component.</param>
/// <param name="centered">Whether to perturb in both directions.</param>
/// <param name="observations">Components of the observation.</param>
internal sealed class LaneDifferences(
    StateArithmetic arithmetic,
    Simulator simulator,
    StateLayout layout,
    ActionRange range,
    double epsilon,
    bool centered,
    int observations)
{
    // a range narrower than this share of the perturbation leaves no room to move
    private const double Smallest = 1e-3;

    private readonly double[] displaced = new double[layout.StateSize];
    private readonly double[] tangent = new double[layout.TangentSize];
    private readonly double[] pushed = new double[range.Size];
    private readonly double[] low = new double[layout.StateSize + observations + 1];
    private readonly double[] high = new double[layout.StateSize + observations + 1];
    private readonly double[] center = new double[layout.StateSize + observations + 1];
    private bool ofObservation;
    private long simulations;

    public Simulator Simulator => simulator;

    /// <summary>Outputs of a step, the rows of its Jacobian.</summary>
    public int StepOutputs => layout.TangentSize + observations + 1;

    /// <summary>Inputs of a step, the columns of its Jacobian.</summary>
    public int Inputs => layout.TangentSize + range.Size;

    /// <summary>The Jacobian of a control step.</summary>
    /// <param name="state">State [S].</param>
    /// <param name="action">Action [A] as given, possibly out of bounds.</param>
    /// <returns>The Jacobian, or null where a perturbed step was invalid.</returns>
    public double[]? OfStep(ReadOnlySpan<double> state, ReadOnlySpan<double> action)
    {
        ofObservation = false;
        return Difference(state, action, new double[StepOutputs * Inputs]);
    }

    /// <summary>
    /// The Jacobian of the observation of a state that no step led to, with respect to that state and the last action.
    /// </summary>
    /// <returns>The Jacobian, or null where a perturbed state was invalid.</returns>
    public double[]? OfObservation(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction)
    {
        ofObservation = true;
        return Difference(state, lastAction, new double[observations * Inputs]);
    }

    /// <summary>Control steps and observations simulated for differences since the last call.</summary>
    public long TakeCount()
    {
        long taken = simulations;
        simulations = 0;
        return taken;
    }

    private double[]? Difference(ReadOnlySpan<double> state, ReadOnlySpan<double> action, double[] jacobian)
    {
        var clipped = pushed.AsSpan();
        range.Clip(action, clipped);
        if (!centered && !Run(state, clipped, center)) return null;
        for (int column = 0; column < layout.TangentSize; column++)
        {
            var (down, up) = arithmetic.Room(state, column, epsilon);
            if (!centered && up >= epsilon) down = 0;
            else if (!centered && down >= epsilon) up = 0;
            if (!(up + down >= Smallest * epsilon)) continue;
            var from = center;
            if (down > 0)
            {
                arithmetic.Displace(state, column, -down, displaced);
                if (!Run(displaced, clipped, from = low)) return null;
            }
            else if (centered && !Run(state, clipped, from = low))
            {
                return null;
            }
            arithmetic.Displace(state, column, up, displaced);
            if (!Run(displaced, clipped, high)) return null;
            Store(from, up + down, jacobian, column);
        }
        for (int i = 0; i < range.Size; i++)
        {
            // beyond a bound the clipped action does not move; at a bound it can only move inward
            if (range.IsOutside(i, action[i])) continue;
            double at = clipped[i];
            double above = Math.Min(at + epsilon, range.High[i]);
            double below = centered || above == at ? Math.Max(at - epsilon, range.Low[i]) : at;
            clipped[i] = above;
            if (!Run(state, clipped, high)) return null;
            clipped[i] = below;
            if (!Run(state, clipped, low)) return null;
            clipped[i] = at;
            Store(low, above - below, jacobian, layout.TangentSize + i);
        }
        return jacobian;
    }

    private bool Run(ReadOnlySpan<double> state, ReadOnlySpan<double> action, Span<double> outputs)
    {
        simulations++;
        var observation = outputs.Slice(layout.StateSize, observations);
        if (ofObservation) return simulator.Observe(state, action, observation) == FaultCode.None;
        int fault = simulator.Step(state, action, outputs[..layout.StateSize], observation, out double reward, out _);
        outputs[^1] = reward;
        return fault == FaultCode.None;
    }

    // writes (high - from) / width into a column
    private void Store(ReadOnlySpan<double> from, double width, double[] jacobian, int column)
    {
        int at = column, components = layout.StateSize;
        void Add(double value)
        {
            jacobian[at] = value;
            at += Inputs;
        }
        if (!ofObservation)
        {
            arithmetic.Difference(from[..components], high.AsSpan(0, components), width, tangent);
            foreach (double d in tangent) Add(d);
        }
        for (int i = components; i < components + observations; i++) Add((high[i] - from[i]) / width);
        if (!ofObservation) Add((high[^1] - from[^1]) / width);
    }
}
