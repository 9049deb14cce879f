using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// Differences of whole control steps of one row: next state, observation and reward together, from the state before the step, for any
/// integrator. One thread at a time.
/// </summary>
/// <remarks>
/// A Jacobian is row-major, one row per output (tangent of the next state, observation, reward) and one column per input (tangent of
/// the state, action).
/// </remarks>
internal sealed class LaneDifferences(MjModel model, Simulator simulator, StateLayout layout, ActionRange range, MuJoCoOptions options, int observations)
{
    private readonly double[] displaced = new double[layout.StateSize];
    private readonly double[] direction = new double[layout.Velocities];
    private readonly double[] pushed = new double[range.Size];
    private readonly double[] low = new double[layout.StateSize + observations + 1];
    private readonly double[] high = new double[layout.StateSize + observations + 1];
    private readonly double[] center = new double[layout.StateSize + observations + 1];
    private bool ofObservation;

    public Simulator Simulator => simulator;

    /// <summary>Outputs of a step: rows of its Jacobian.</summary>
    public int StepOutputs => layout.TangentSize + observations + 1;

    /// <summary>Columns of a Jacobian.</summary>
    public int Inputs => layout.TangentSize + range.Size;

    /// <summary>The Jacobian of a control step.</summary>
    /// <param name="state">State row.</param>
    /// <param name="action">Action as it came, perhaps out of bounds.</param>
    /// <returns>The Jacobian, or null where a perturbed step was invalid.</returns>
    public double[]? OfStep(ReadOnlySpan<double> state, ReadOnlySpan<double> action)
    {
        ofObservation = false;
        return Difference(state, action, new double[StepOutputs * Inputs]);
    }

    /// <summary>The Jacobian of the observation of a state that no step led to, with respect to the state and the last action.</summary>
    public double[]? OfObservation(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction)
    {
        ofObservation = true;
        return Difference(state, lastAction, new double[observations * Inputs]);
    }

    private double[]? Difference(ReadOnlySpan<double> state, ReadOnlySpan<double> action, double[] jacobian)
    {
        double epsilon = options.Epsilon;
        var clipped = pushed.AsSpan();
        range.Clip(action, clipped);
        if (!options.Centered && !Run(state, clipped, center)) return null;
        for (int column = 0; column < layout.TangentSize; column++)
        {
            Displace(state, column, epsilon);
            if (!Run(displaced, clipped, high)) return null;
            if (options.Centered)
            {
                Displace(state, column, -epsilon);
                if (!Run(displaced, clipped, low)) return null;
            }
            Store(options.Centered ? low : center, (options.Centered ? 2 : 1) * epsilon, jacobian, column);
        }
        for (int i = 0; i < range.Size; i++)
        {
            // beyond a bound the clipped action stands still; at a bound it can move inwards alone
            if (range.IsOutside(i, action[i])) continue;
            double at = clipped[i];
            double above = Math.Min(at + epsilon, range.High[i]), below = options.Centered || above == at ? Math.Max(at - epsilon, range.Low[i]) : at;
            clipped[i] = above;
            if (!Run(state, clipped, high)) return null;
            clipped[i] = below;
            if (!Run(state, clipped, low)) return null;
            clipped[i] = at;
            Store(low, above - below, jacobian, layout.TangentSize + i);
        }
        return jacobian;
    }

    private void Displace(ReadOnlySpan<double> state, int column, double by)
    {
        state.CopyTo(displaced);
        if (column >= layout.Velocities)
        {
            displaced[layout.Positions + column - layout.Velocities] += by;
            return;
        }
        direction[column] = 1;
        model.IntegratePos(displaced.AsSpan(0, layout.Positions), direction, by);
        direction[column] = 0;
    }

    private bool Run(ReadOnlySpan<double> state, ReadOnlySpan<double> action, Span<double> outputs)
    {
        if (ofObservation) return simulator.Observe(state, action, outputs.Slice(layout.StateSize, observations)) == FaultCode.None;
        int fault = simulator.Step(state, action, outputs[..layout.StateSize], outputs.Slice(layout.StateSize, observations), out double reward, out _);
        outputs[^1] = reward;
        return fault == FaultCode.None;
    }

    // (high - from) / width into a column
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
            model.DifferentiatePos(direction, width, layout.Qpos(from), layout.Qpos(high));
            foreach (double d in direction) Add(d);
            Array.Clear(direction);
            for (int i = layout.Positions; i < components; i++) Add((high[i] - from[i]) / width);
        }
        for (int i = components; i < components + observations; i++) Add((high[i] - from[i]) / width);
        if (!ofObservation) Add((high[^1] - from[^1]) / width);
    }
}
