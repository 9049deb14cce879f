using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MbMix.Simulation;

/// <summary>The environment in arrays: what needs neither tensors nor libtorch.</summary>
internal sealed unsafe partial class TracedEnv<T> : IArrayEnv<T>, IArrayAccess
{
    /// <inheritdoc/>
    public IArrayEnv<TOther>? Arrays<TOther>()
        where TOther : unmanaged => this as IArrayEnv<TOther>;

    /// <inheritdoc/>
    public int TapeLength(int lanes) => Engine.TapeLength(lanes);

    /// <inheritdoc/>
    public void Reset(ReadOnlySpan<LaneKey> lanes, Span<T> state)
    {
        var row = new double[Spec.State.Size];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            environment.Reset(lanes[lane], row);
            for (int i = 0; i < row.Length; i++) state[(lane * row.Length) + i] = T.CreateTruncating(row[i]);
        }
        for (int step = 0; step < environment.WarmUpSteps; step++) WarmUp(lanes, step, state);
    }

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
    {
        int batch = state.Length / Spec.State.Size;
        T[] reward = new T[batch];
        byte[] terminated = new byte[batch];
        int[] fault = new int[batch];
        fixed (T* s = state, a = lastAction, o = observation, r = reward)
        fixed (byte* ended = terminated)
        fixed (int* f = fault)
        {
            Engine.Outcome(batch, s, a, s, o, r, ended, f);
        }
    }

    /// <inheritdoc/>
    public void Step(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ArrayStep<T> step, Span<T> tape)
    {
        int batch = step.Reward.Length;
        fixed (T* s = state, a = action, n = step.NextState, o = step.Observation, r = step.Reward, t = tape)
        fixed (byte* ended = MemoryMarshal.AsBytes(step.Terminated.AsSpan()))
        fixed (int* fault = step.Fault)
        {
            Engine.Forward(batch, s, a, n, o, r, ended, fault, t, Workers);
        }
        Costs.ForwardSteps += batch;
    }

    /// <inheritdoc/>
    public void Backward(
        ReadOnlySpan<T> tape, ReadOnlySpan<T> dNextState, ReadOnlySpan<T> dReward, Span<T> dState, Span<T> dAction)
    {
        long start = Stopwatch.GetTimestamp();
        int batch = dReward.Length;
        fixed (T* t = tape, dn = dNextState, dr = dReward, ds = dState, da = dAction)
            Engine.Backward(batch, t, dn, null, dr, ds, da, Workers);
        Costs.BackwardSteps += batch;
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private void WarmUp(ReadOnlySpan<LaneKey> lanes, int number, Span<T> state)
    {
        double[] row = new double[Spec.State.Size], drawn = new double[Spec.Action.Size];
        var action = new T[lanes.Length * drawn.Length];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            for (int i = 0; i < row.Length; i++) row[i] = double.CreateTruncating(state[(lane * row.Length) + i]);
            environment.WarmUp(lanes[lane], number, row, drawn);
            for (int i = 0; i < drawn.Length; i++) action[(lane * drawn.Length) + i] = T.CreateTruncating(drawn[i]);
        }
        var step = new ArrayStep<T>(Spec, lanes.Length);
        Step(state, action, step, []);
        step.NextState.CopyTo(state);
    }
}
