using System.Numerics;

namespace MbMix.Simulation;

/// <summary>
/// Executes control steps, forward and backward, for batches of any size. Each environment of a batch occupies one lane
/// of the SIMD vectors, and blocks of lanes are shared among workers. The result of a lane depends neither on its
/// neighbors nor on the number of threads.
/// </summary>
/// <remarks>
/// Matrices are row-major with one row per lane. The tape of a step holds the state before and after every substep (or
/// every few substeps, see <see cref="ControlSchedule.SubstepsPerCheckpoint"/>), the action and the carried values,
/// nothing else: the backward pass recomputes the inside of a substep, which is cheaper than reading intermediates back
/// from memory (docs/engine.md). Any number of threads may use one engine, as long as
/// each call has its own buffers.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class ControlStepEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // a batch with fewer lane-operations than this is done before a second thread has woken up
    private const long WorthSharing = 200_000;

    private readonly ControlStepPrograms programs;
    private readonly ControlStepLayout layout;
    private readonly int lanes;
    private readonly int tapeBlock;
    private readonly int segment;
    private readonly int actionOffset;
    private readonly int carryOffset;
    private readonly int freeOffset;
    private readonly int scratchBytes;
    private readonly long forwardOperations;
    private readonly ThreadLocal<KernelMemory> scratch;

    /// <summary>
    /// Traces the dynamics and compiles the forward programs; the adjoints are compiled when they are first used.
    /// </summary>
    /// <param name="dynamics">The equations.</param>
    /// <param name="options">How to execute them; null for the defaults.</param>
    public ControlStepEngine(ITracedDynamics dynamics, KernelOptions? options = null)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Engines compute in float or double, not in {typeof(T).Name}.");
        var precision = typeof(T) == typeof(float) ? Precision.Single : Precision.Double;
        programs = new ControlStepPrograms(dynamics, precision, options ?? new KernelOptions());
        layout = programs.Layout;
        lanes = programs.Substep.Lanes;
        segment = layout.SubstepsPerCheckpoint;
        actionOffset = lanes * ((layout.Substeps / segment) + 1) * layout.StateSize;
        carryOffset = actionOffset + (lanes * layout.ActionSize);
        tapeBlock = carryOffset + (lanes * layout.Refreshes * layout.CarrySize);
        forwardOperations = programs.Outcome.Program.OperationCount
            + (layout.Substeps * (long)programs.Substep.Program.OperationCount);

        int values = (4 * layout.StateSize) + (2 * layout.ActionSize) + layout.CarrySize + layout.ObservationSize + 4;
        freeOffset = tapeBlock + (lanes * (segment - 1) * layout.StateSize);
        scratchBytes = (freeOffset + (values * lanes)) * sizeof(T);
        scratch = new ThreadLocal<KernelMemory>(() => new KernelMemory(scratchBytes, programs.ForwardScratchBytes));
    }

    /// <summary>Lanes of one block: how many environments a SIMD vector holds.</summary>
    public int Lanes => lanes;

    /// <summary>Sizes, bounds and schedule.</summary>
    internal ControlStepLayout Layout => layout;

    /// <summary>
    /// Arithmetic instructions per lane of one control step: forward, and adjoint including what it recomputes.
    /// </summary>
    public (long Forward, long Adjoint) OperationCounts
    {
        get
        {
            long forward = forwardOperations + (layout.Refreshes * (long)programs.Refresh.Program.OperationCount);
            long adjoint = programs.OutcomeAdjoint.Value.Program.OperationCount
                + (layout.Refreshes * (long)programs.RefreshAdjoint.Value.Program.OperationCount)
                + (layout.Substeps * (long)programs.SubstepAdjoint.Value.Program.OperationCount);
            return (forward, adjoint);
        }
    }

    /// <summary>Length of the tape of a batch, in values.</summary>
    /// <param name="batch">Batch size B.</param>
    public int TapeLength(int batch) => Blocks(batch) * tapeBlock;

    /// <summary>Bytes of the tape of one lane.</summary>
    public long TapeBytes => (long)tapeBlock * sizeof(T) / lanes;

    /// <summary>Computes one control step.</summary>
    /// <param name="batch">Batch size B.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="nextState">Receives the state after the step, <c>[B, S]</c>.</param>
    /// <param name="observation">Receives the observation, <c>[B, O]</c>.</param>
    /// <param name="reward">Receives the reward, <c>[B]</c>.</param>
    /// <param name="terminated">Receives 0 or 1, <c>[B]</c>.</param>
    /// <param name="fault">Receives the fault code, <c>[B]</c>.</param>
    /// <param name="tape">
    /// Receives what <see cref="Backward"/> needs, <see cref="TapeLength"/> values; null if no backward pass will
    /// follow.
    /// </param>
    /// <param name="workers">Threads that share the batch; null to use only the calling thread.</param>
    public void Forward(
        int batch,
        T* state,
        T* action,
        T* nextState,
        T* observation,
        T* reward,
        byte* terminated,
        int* fault,
        T* tape,
        IWorkers? workers = null)
        => Share(batch, forwardOperations, workers, block =>
        {
            var own = scratch.Value!;
            int first = block * lanes, rows = Math.Min(lanes, batch - first);
            T* trace = tape != null ? tape + ((long)block * tapeBlock) : (T*)own.Values;
            T* states = trace, actions = states + actionOffset, carries = states + carryOffset;
            T* between = (T*)own.Values + tapeBlock, free = (T*)own.Values + freeOffset;
            Gather(state + ((long)first * layout.StateSize), rows, layout.StateSize, states);
            Gather(action + ((long)first * layout.ActionSize), rows, layout.ActionSize, actions);

            nint* groups = stackalloc nint[8];
            for (int step = 0; step < layout.Substeps; step++)
            {
                // two states between checkpoints are enough here, and stay in the cache
                T* from = At(states, between, step, 2), to = At(states, between, step + 1, 2);
                T* carry = carries + ((step / layout.SubstepsPerRefresh) * layout.CarrySize * lanes);
                if (step % layout.SubstepsPerRefresh == 0 && layout.CarrySize > 0)
                    Run(programs.Refresh, groups, own.Work, from, actions, carry);
                Run(programs.Substep, groups, own.Work, from, actions, carry, to);
            }

            T* last = At(states, between, layout.Substeps, 2);
            T* observed = free, rewarded = observed + (layout.ObservationSize * lanes), flags = rewarded + lanes;
            Run(programs.Outcome, groups, own.Work, states, actions, last, observed, rewarded, flags);
            Scatter(last, rows, layout.StateSize, nextState + ((long)first * layout.StateSize));
            Scatter(observed, rows, layout.ObservationSize, observation + ((long)first * layout.ObservationSize));
            Finish(rewarded, flags, first, rows, reward, terminated, fault);
        });

    /// <summary>Computes the states within a control step of one environment, at the checkpoints.</summary>
    /// <param name="state">State, S values.</param>
    /// <param name="action">Action, A values.</param>
    /// <returns>
    /// S values per state, without those before and after the step: the states after each
    /// <see cref="ControlSchedule.SubstepsPerCheckpoint"/> substeps.
    /// </returns>
    public T[] States(ReadOnlySpan<T> state, ReadOnlySpan<T> action)
    {
        int size = layout.StateSize, count = (layout.Substeps / segment) - 1, fault;
        T[] tape = new T[TapeLength(1)], next = new T[size], observation = new T[layout.ObservationSize];
        T reward;
        byte ended;
        fixed (T* s = state, a = action, n = next, o = observation, t = tape)
            Forward(1, s, a, n, o, &reward, &ended, &fault, t);
        var states = new T[count * size];
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < size; i++) states[(k * size) + i] = tape[(((k + 1) * size) + i) * lanes];
        }
        return states;
    }

    /// <summary>
    /// Pulls cotangents back through the step that a tape was recorded in. The tape is not changed, so it can be used
    /// again.
    /// </summary>
    /// <param name="batch">Batch size B.</param>
    /// <param name="tape">What <see cref="Forward"/> recorded.</param>
    /// <param name="dNextState">Cotangent of the next state, <c>[B, S]</c>; null for zero.</param>
    /// <param name="dObservation">Cotangent of the observation, <c>[B, O]</c>; null for zero.</param>
    /// <param name="dReward">Cotangent of the reward, <c>[B]</c>; null for zero.</param>
    /// <param name="dState">Receives the cotangent of the state, <c>[B, S]</c>.</param>
    /// <param name="dAction">Receives the cotangent of the action, <c>[B, A]</c>.</param>
    /// <param name="workers">Threads that share the batch; null to use only the calling thread.</param>
    public void Backward(
        int batch, T* tape, T* dNextState, T* dObservation, T* dReward, T* dState, T* dAction, IWorkers? workers = null)
        => Share(batch, 3 * forwardOperations, workers, block =>
        {
            var own = scratch.Value!;
            own.EnsureWork(programs.AdjointScratchBytes.Value);
            int first = block * lanes, rows = Math.Min(lanes, batch - first);
            int s = layout.StateSize * lanes, a = layout.ActionSize * lanes, c = layout.CarrySize * lanes;
            T* states = tape + ((long)block * tapeBlock);
            T* actions = states + actionOffset, carries = states + carryOffset;

            // cotangents of this block of lanes; dDirect is what the outcome contributes to that of the first state
            T* between = (T*)own.Values + tapeBlock;
            T* dNext = (T*)own.Values + freeOffset, dCurrent = dNext + s, dDirect = dCurrent + s;
            T* dActions = dDirect + s, dCarry = dActions + a, free = dCarry + c;
            T* last = At(states, between, layout.Substeps, segment);
            nint* groups = stackalloc nint[12];
            Kernel substep = programs.SubstepAdjoint.Value, refresh = programs.RefreshAdjoint.Value;

            GatherOrZero(dNextState, first, rows, layout.StateSize, dNext);
            OutcomeAdjoint(
                own, groups, states, actions, last, first, rows, dObservation, dReward, dDirect, dActions, dNext, free);
            for (int step = layout.Substeps - 1; step >= 0; step--)
            {
                if ((step + 1) % segment == 0)
                {
                    for (int again = step + 1 - segment; again < step; again++)
                    {
                        T* before = At(states, between, again, segment);
                        T* carried = carries + ((again / layout.SubstepsPerRefresh) * c);
                        T* after = At(states, between, again + 1, segment);
                        Run(programs.Substep, groups, own.Work, before, actions, carried, after);
                    }
                }
                T* from = At(states, between, step, segment);
                T* carry = carries + ((step / layout.SubstepsPerRefresh) * c);
                if ((step + 1) % layout.SubstepsPerRefresh == 0) new Span<T>(dCarry, c).Clear();
                Run(
                    substep, groups, own.Work, from, actions, carry, dNext, dActions, dCarry,
                    dCurrent, dActions, dCarry);
                if (step % layout.SubstepsPerRefresh == 0 && c > 0)
                    Run(refresh, groups, own.Work, from, actions, dCarry, dCurrent, dActions, dCurrent, dActions);
                T* swap = dNext;
                dNext = dCurrent;
                dCurrent = swap;
            }
            for (int i = 0; i < s; i++) dNext[i] += dDirect[i];
            Scatter(dNext, rows, layout.StateSize, dState + ((long)first * layout.StateSize));
            Scatter(dActions, rows, layout.ActionSize, dAction + ((long)first * layout.ActionSize));
        });

    /// <summary>Computes observation, reward and termination of given transitions, without the dynamics.</summary>
    /// <param name="batch">Batch size B.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="nextState">Next state <c>[B, S]</c>.</param>
    /// <param name="observation">Receives the observation, <c>[B, O]</c>.</param>
    /// <param name="reward">Receives the reward, <c>[B]</c>.</param>
    /// <param name="terminated">Receives 0 or 1, <c>[B]</c>.</param>
    /// <param name="fault">Receives the fault code, <c>[B]</c>.</param>
    public void Outcome(
        int batch, T* state, T* action, T* nextState, T* observation, T* reward, byte* terminated, int* fault)
        => Share(batch, programs.Outcome.Program.OperationCount, null, block =>
        {
            var own = scratch.Value!;
            int first = block * lanes, rows = Math.Min(lanes, batch - first), s = layout.StateSize * lanes;
            T* before = (T*)own.Values, after = before + s, actions = after + s;
            T* observed = actions + (layout.ActionSize * lanes);
            T* rewarded = observed + (layout.ObservationSize * lanes), flags = rewarded + lanes;
            Gather(state + ((long)first * layout.StateSize), rows, layout.StateSize, before);
            Gather(nextState + ((long)first * layout.StateSize), rows, layout.StateSize, after);
            Gather(action + ((long)first * layout.ActionSize), rows, layout.ActionSize, actions);
            nint* groups = stackalloc nint[8];
            Run(programs.Outcome, groups, own.Work, before, actions, after, observed, rewarded, flags);
            Scatter(observed, rows, layout.ObservationSize, observation + ((long)first * layout.ObservationSize));
            Finish(rewarded, flags, first, rows, reward, terminated, fault);
        });

    /// <summary>Pulls cotangents back through <see cref="Outcome"/>.</summary>
    /// <param name="batch">Batch size B.</param>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="nextState">Next state <c>[B, S]</c>.</param>
    /// <param name="dObservation">Cotangent of the observation, <c>[B, O]</c>; null for zero.</param>
    /// <param name="dReward">Cotangent of the reward, <c>[B]</c>; null for zero.</param>
    /// <param name="dState">Receives the cotangent of the state, <c>[B, S]</c>.</param>
    /// <param name="dAction">Receives the cotangent of the action, <c>[B, A]</c>.</param>
    /// <param name="dNextState">Receives the cotangent of the next state, <c>[B, S]</c>.</param>
    public void OutcomeBackward(
        int batch, T* state, T* action, T* nextState, T* dObservation, T* dReward, T* dState, T* dAction, T* dNextState)
        => Share(batch, programs.Outcome.Program.OperationCount, null, block =>
        {
            var own = scratch.Value!;
            own.EnsureWork(programs.AdjointScratchBytes.Value);
            int first = block * lanes, rows = Math.Min(lanes, batch - first);
            int s = layout.StateSize * lanes, a = layout.ActionSize * lanes;
            T* before = (T*)own.Values, after = before + s, actions = after + s;
            T* dBefore = actions + a, dAfter = dBefore + s, dActions = dAfter + s, free = dActions + a;
            Gather(state + ((long)first * layout.StateSize), rows, layout.StateSize, before);
            Gather(nextState + ((long)first * layout.StateSize), rows, layout.StateSize, after);
            Gather(action + ((long)first * layout.ActionSize), rows, layout.ActionSize, actions);
            nint* groups = stackalloc nint[12];
            new Span<T>(dAfter, s).Clear();
            OutcomeAdjoint(
                own,
                groups,
                before,
                actions,
                after,
                first,
                rows,
                dObservation,
                dReward,
                dBefore,
                dActions,
                dAfter,
                free);
            Scatter(dBefore, rows, layout.StateSize, dState + ((long)first * layout.StateSize));
            Scatter(dActions, rows, layout.ActionSize, dAction + ((long)first * layout.ActionSize));
            Scatter(dAfter, rows, layout.StateSize, dNextState + ((long)first * layout.StateSize));
        });

    /// <summary>
    /// Where the state before a substep is: on the tape if it is kept, else among the <paramref name="slots"/> states
    /// that are reused.
    /// </summary>
    private T* At(T* tape, T* between, int step, int slots)
    {
        int size = layout.StateSize * lanes;
        return step % segment == 0
            ? tape + (step / segment * size)
            : between + (((step % segment) - 1) % slots * size);
    }

    private static void Run(
        Kernel kernel,
        nint* groups,
        nint work,
        T* g0,
        T* g1,
        T* g2,
        T* g3 = null,
        T* g4 = null,
        T* g5 = null,
        T* g6 = null,
        T* g7 = null,
        T* g8 = null,
        T* g9 = null)
    {
        groups[0] = (nint)g0;
        groups[1] = (nint)g1;
        groups[2] = (nint)g2;
        groups[3] = (nint)g3;
        groups[4] = (nint)g4;
        groups[5] = (nint)g5;
        if (kernel.Program.InputSizes.Length + kernel.Program.OutputSizes.Length > 6)
        {
            groups[6] = (nint)g6;
            groups[7] = (nint)g7;
            groups[8] = (nint)g8;
            groups[9] = (nint)g9;
        }
        kernel.Run(groups, work);
    }

    /// <summary>
    /// Runs the adjoint of the outcome on one block of lanes. <paramref name="dObservation"/> and
    /// <paramref name="dReward"/> are the rows of the whole batch, null for zero; all other pointers are blocks of
    /// lanes. Adds to <paramref name="dNext"/>; <paramref name="free"/> is room for O + 3 values per lane.
    /// </summary>
    private void OutcomeAdjoint(
        KernelMemory own,
        nint* groups,
        T* state,
        T* action,
        T* next,
        int first,
        int rows,
        T* dObservation,
        T* dReward,
        T* dState,
        T* dAction,
        T* dNext,
        T* free)
    {
        T* dObserved = free, dRewarded = dObserved + (layout.ObservationSize * lanes), dFlags = dRewarded + lanes;
        GatherOrZero(dObservation, first, rows, layout.ObservationSize, dObserved);
        GatherOrZero(dReward, first, rows, 1, dRewarded);
        Run(
            programs.OutcomeAdjoint.Value,
            groups,
            own.Work,
            state,
            action,
            next,
            dObserved,
            dRewarded,
            dFlags,
            dNext,
            dState,
            dAction,
            dNext);
    }

    private int Blocks(int batch) => (batch + lanes - 1) / lanes;

    private void Share(int batch, long operations, IWorkers? workers, Action<int> body)
    {
        int blocks = Blocks(batch);
        if (workers is { Count: > 1 } && blocks > 1 && operations * blocks * lanes > WorthSharing)
        {
            workers.Run(blocks, body);
        }
        else
        {
            for (int block = 0; block < blocks; block++) body(block);
        }
        // the scratch memory of all threads is freed with this object
        GC.KeepAlive(this);
    }

    private void Gather(T* rows, int count, int size, T* values) => LaneRows.Gather(rows, count, size, values, lanes);

    private void GatherOrZero(T* matrix, int first, int count, int size, T* values)
    {
        if (matrix == null) new Span<T>(values, size * lanes).Clear();
        else Gather(matrix + ((long)first * size), count, size, values);
    }

    private void Scatter(T* values, int count, int size, T* rows) => LaneRows.Scatter(values, count, size, rows, lanes);

    private void Finish(T* rewarded, T* flags, int first, int rows, T* reward, byte* terminated, int* fault)
    {
        for (int l = 0; l < rows; l++)
        {
            reward[first + l] = rewarded[l];
            terminated[first + l] = flags[l] != T.Zero ? (byte)1 : (byte)0;
            fault[first + l] = int.CreateTruncating(flags[lanes + l]);
        }
    }
}
