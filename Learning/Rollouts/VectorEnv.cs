using System.Diagnostics;

namespace MbMix.Learning;

/// <summary>
/// Runs episodes in B lanes of an environment. The environment itself consists of pure functions, so this class keeps
/// the states, step counters and observations, resets lanes whose episode has ended, and counts episodes and faults.
/// </summary>
/// <remarks>
/// <para>A window consists of <see cref="BeginWindow"/>, any number of calls to <see cref="Step"/>, and
/// <see cref="EndWindow"/>, all inside one dispose scope. Gradients flow through the states within a window and are cut
/// between windows.</para>
/// <para>Termination takes precedence over truncation: a step that does both is a termination. A reset replaces the
/// state and observation of the lanes that ended; <see cref="VectorStep.FinalObservation"/> keeps the observation
/// before the reset, with gradient history.</para>
/// <para>A lane whose state becomes invalid, or whose state, observation or reward is not finite, is quarantined: its
/// step is repeated from a start state with a zero action, so that no non-finite number stays in the graph. The step's
/// reward is 0, its value does not count (<see cref="RolloutFlags.Valued"/>), the lane is reset, and the fault is
/// counted. If more than one lane step in twenty is invalid over a hundred steps, training stops with an
/// explanation.</para>
/// <para>Networks are float32: observations, rewards and actions of a float64 environment are converted here, while its
/// states keep their type.</para>
/// </remarks>
public sealed class VectorEnv : ICheckpointed, IDisposable
{
    private const int FaultWindow = 100;
    private const double FaultShare = 0.05;

    private readonly EnvSpec spec;
    private readonly long seed;
    private readonly EnvCosts meter;
    private readonly EnvCosts costs = new();
    private readonly EnvCosts mark = new();
    private readonly int[] counters;
    private readonly long[] episodes;
    private readonly double[] returns;
    private readonly float[] observations;
    private readonly float[] rewards;
    private readonly bool[] terminated;
    private readonly bool[] truncated;
    private readonly bool[] faulted;
    private readonly bool[] done;
    private readonly EpisodeTracker tracker = new();
    private Tensor state;
    private Tensor? current;
    // whether the environment reported no fault in the last step
    private bool silent;
    private long ticks;
    private long windowSteps;
    private long windowFaults;

    /// <summary>Starts the first episode in every lane.</summary>
    /// <param name="env">The environment; the caller keeps ownership.</param>
    /// <param name="lanes">Number of lanes B.</param>
    /// <param name="seed">Seed of the start states.</param>
    public VectorEnv(IDifferentiableEnv env, int lanes, long seed)
    {
        if (lanes < 1) throw new MbMixException($"The number of environments is {lanes}; it must be at least 1.");
        (Env, Lanes, this.seed) = (env, lanes, seed);
        spec = env.Spec;
        meter = EnvMeter.CostsOf(env);
        counters = new int[lanes];
        episodes = new long[lanes];
        returns = new double[lanes];
        rewards = new float[lanes];
        (terminated, truncated, faulted, done) = (new bool[lanes], new bool[lanes], new bool[lanes], new bool[lanes]);
        using var scope = torch.NewDisposeScope();
        state = StartStates([.. Enumerable.Range(0, lanes)]).DetachFromDisposeScope();
        observations = new float[lanes * spec.Observation.Size];
        ObserveStart(state).CopyTo(observations);
    }

    /// <summary>The environment.</summary>
    public IDifferentiableEnv Env { get; }

    /// <summary>Number of lanes B.</summary>
    public int Lanes { get; }

    /// <summary>Number of environment steps so far, over all lanes.</summary>
    public long Steps { get; private set; }

    /// <summary>Per lane: the last step ended the episode because the task terminated.</summary>
    public ReadOnlySpan<bool> Terminated => terminated;

    /// <summary>Per lane: the last step reached the time limit.</summary>
    public ReadOnlySpan<bool> Truncated => truncated;

    /// <summary>Per lane: the last step made the lane invalid.</summary>
    public ReadOnlySpan<bool> Faulted => faulted;

    /// <summary>Per lane: the last step ended the episode for any of the three reasons.</summary>
    public ReadOnlySpan<bool> Done => done;

    /// <summary>
    /// The current state <c>[B, S]</c>, with gradient history within a window. This object keeps ownership.
    /// </summary>
    public Tensor State => current ?? state;

    /// <summary>
    /// Wall-clock seconds spent in the simulator: the forward pass as measured here, plus the backward pass if the
    /// environment meters it.
    /// </summary>
    public double SimulationSeconds => ticks / (double)Stopwatch.Frequency + BackwardSeconds;

    /// <summary>
    /// The part of <see cref="SimulationSeconds"/> spent inside backward passes; 0 if the environment does not meter
    /// it.
    /// </summary>
    public double BackwardSeconds => meter.BackwardSeconds;

    /// <summary>
    /// Begins a window: cuts the autograd graph and returns the current observation, float32 <c>[B, O]</c>, in the
    /// caller's dispose scope.
    /// </summary>
    public Tensor BeginWindow()
    {
        TorchThread.Prepare();
        if (current is not null) EndWindow();
        current = state;
        return TensorSpans.From(observations, Lanes, spec.Observation.Size);
    }

    /// <summary>
    /// Ends the window, keeping the states without their gradient history. Call it before the window's dispose scope
    /// ends.
    /// </summary>
    public void EndWindow()
    {
        if (current is null || ReferenceEquals(current, state))
        {
            current = null;
            return;
        }
        RequireOpen(current);
        var kept = current.detach().DetachFromDisposeScope();
        state.Dispose();
        state = kept;
        current = null;
    }

    /// <summary>Takes one control step in every lane, then resets the lanes whose episode ended.</summary>
    /// <param name="action">Actions within the environment's bounds, float32 <c>[B, A]</c>.</param>
    public VectorStep Step(Tensor action)
    {
        var before = current ?? throw new MbMixException("Step was called outside a window; call BeginWindow first.");
        RequireOpen(before);
        if (action.dim() != 2 || action.size(0) != Lanes || action.size(1) != spec.Action.Size)
            throw new MbMixException(
                $"The action has shape [{string.Join(", ", action.shape)}]; expected [{Lanes}, {spec.Action.Size}].");
        var step = Simulate(before, spec.StateType == torch.ScalarType.Float32 ? action : action.to(spec.StateType));
        var final = ToFloat(step.Observation);
        var reward = ToFloat(step.Reward);
        reward.CopyTo(rewards);
        Steps += Lanes;
        bool ended = CountStep(step.Terminated);
        if (ended)
        {
            int[] lanes = [.. Enumerable.Range(0, Lanes).Where(b => done[b])];
            (current, var observation) = Restart(step.NextState, final, lanes);
            observation.CopyTo(observations);
            return new VectorStep(observation, final, reward, before, step.NextState);
        }
        current = step.NextState;
        final.CopyTo(observations);
        return new VectorStep(final, final, reward, before, step.NextState);
    }

    /// <summary>Reports the episodes that finished since the last report.</summary>
    public EpisodeStatistics ReportEpisodes() => tracker.Report();

    /// <summary>
    /// Starts counting the environment's work as training, until the next <see cref="ReportCosts"/>. Work outside of
    /// this, such as an evaluation, does not count.
    /// </summary>
    public void BeginIteration() => Copy(meter, mark);

    /// <summary>
    /// Reports the work of training so far: what the environment metered in all iterations, and what the algorithm
    /// itself counted.
    /// </summary>
    /// <param name="policyUpdates">Number of gradient steps of the policy.</param>
    /// <param name="modelSteps">Number of steps predicted by a dynamics model.</param>
    /// <param name="modelUpdates">Number of gradient steps of a dynamics model.</param>
    public CostCounters ReportCosts(long policyUpdates, long modelSteps = 0, long modelUpdates = 0)
    {
        costs.ForwardSteps += meter.ForwardSteps - mark.ForwardSteps;
        costs.BackwardSteps += meter.BackwardSteps - mark.BackwardSteps;
        costs.Pullbacks += meter.Pullbacks - mark.Pullbacks;
        costs.DifferencingSteps += meter.DifferencingSteps - mark.DifferencingSteps;
        Copy(meter, mark);
        return new CostCounters(
            costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps, modelSteps,
            policyUpdates, modelUpdates);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        if (current is not null)
            throw new MbMixException("A checkpoint cannot be saved in the middle of a window; call EndWindow first.");
        writer.Write("state", state);
        writer.Write<int>("counters", counters);
        writer.Write<long>("episodes", episodes);
        writer.Write<double>("returns", returns);
        writer.Write<float>("observations", observations);
        writer.Write<long>("totals", [Steps, windowSteps, windowFaults]);
        writer.Write<long>(
            "costs", [costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps]);
        tracker.Save(writer.Section("finished"));
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        current = null;
        reader.ReadInto("state", state);
        reader.Read<int>("counters").CopyTo(counters, 0);
        reader.Read<long>("episodes").CopyTo(episodes, 0);
        reader.Read<double>("returns").CopyTo(returns, 0);
        reader.Read<float>("observations").CopyTo(observations, 0);
        var totals = reader.Read<long>("totals");
        (Steps, windowSteps, windowFaults) = (totals[0], totals[1], totals[2]);
        var work = reader.Read<long>("costs");
        (costs.ForwardSteps, costs.BackwardSteps, costs.Pullbacks, costs.DifferencingSteps) =
            (work[0], work[1], work[2], work[3]);
        tracker.Load(reader.Section("finished"));
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private static void Copy(EnvCosts from, EnvCosts to) =>
        (to.ForwardSteps, to.BackwardSteps, to.Pullbacks, to.DifferencingSteps) =
            (from.ForwardSteps, from.BackwardSteps, from.Pullbacks, from.DifferencingSteps);

    private static Tensor ToFloat(Tensor tensor) =>
        tensor.dtype == torch.ScalarType.Float32 ? tensor : tensor.to(torch.ScalarType.Float32);

    // the dispose scope of a window owns its states
    private static void RequireOpen(Tensor state)
    {
        if (state.IsInvalid)
            throw new MbMixException(
                "The states of the last window are disposed: call VectorEnv.EndWindow at the end of every window, "
                + "inside its dispose scope.");
    }

    private EnvStep Simulate(Tensor before, Tensor action)
    {
        var step = TimedStep(before, action);
        int first = ReadFaults(step);
        windowSteps++;
        if (first >= 0) step = Quarantine(before, action, first);
        if (windowSteps >= FaultWindow) windowSteps = windowFaults = 0;
        return step;
    }

    private EnvStep TimedStep(Tensor before, Tensor action)
    {
        long start = Stopwatch.GetTimestamp();
        var step = EnvMeter.Step(Env, before, action);
        ticks += Stopwatch.GetTimestamp() - start;
        return step;
    }

    private int ReadFaults(in EnvStep step)
    {
        var codes = step.Fault.Values<int>();
        step.Reward.CopyTo(rewards);
        for (int b = 0; b < Lanes; b++) faulted[b] = codes[b] != FaultCode.None || !float.IsFinite(rewards[b]);
        silent = codes.IndexOfAnyExcept(FaultCode.None) < 0;
        step.NextState.MarkNotFinite(faulted);
        step.Observation.MarkNotFinite(faulted);
        return Array.IndexOf(faulted, true);
    }

    private EnvStep Quarantine(Tensor before, Tensor action, int first)
    {
        int count = faulted.Count(f => f);
        tracker.Faults += count;
        windowFaults += count;
        if (windowFaults > Math.Max(FaultShare * FaultWindow * Lanes, 1)) throw TooManyFaults(before, action, first);

        // repeat the step with a start state and a zero action in the invalid lanes, for a graph without non-finite
        // numbers
        int[] lanes = [.. Enumerable.Range(0, Lanes).Where(b => faulted[b])];
        using var mask = torch.tensor(faulted);
        using var column = mask.unsqueeze(1);
        using var index = torch.tensor(Array.ConvertAll(lanes, b => (long)b));
        using var fresh = NextStartStates(lanes);
        Tensor safe;
        using (torch.no_grad()) safe = before.detach().index_copy(0, index, fresh);
        using var zero = torch.zeros([], dtype: action.dtype);
        var again = TimedStep(torch.where(column, safe, before), torch.where(column, zero, action));
        if (!again.NextState.AllFinite() || !again.Observation.AllFinite())
            throw new MbMixException(
                $"{spec.Id} gives numbers that are not finite even for action 0 in a start state. "
                + Explain(before, action, first)).Attributed();
        using var none = torch.zeros([], dtype: again.Reward.dtype);
        return again with { Reward = torch.where(mask, none, again.Reward) };
    }

    private MbMixException TooManyFaults(Tensor before, Tensor action, int lane)
    {
        return new MbMixException(
            $"{windowFaults} of the last {windowSteps * Lanes} environment steps were invalid, "
            + $"more than {FaultShare:P0} of {FaultWindow} steps allow. "
            + $"{Explain(before, action, lane)} Try a smaller learning rate, or check the environment.").Attributed();
    }

    private string Explain(Tensor before, Tensor action, int lane)
    {
        using var noGrad = torch.no_grad();
        string why = Env is IFaultExplainer explainer
            ? explainer.ExplainFault(before.detach().narrow(0, lane, 1), action.detach().narrow(0, lane, 1)) : "";
        if (why.Length == 0)
            why = !float.IsFinite(rewards[lane]) ? "its reward is not finite."
                : silent ? "its state or observation is not finite." : $"{spec.Id} does not say why.";
        return $"Lane {lane}: {why}";
    }

    private bool CountStep(Tensor terminatedTensor)
    {
        var ends = terminatedTensor.Values<bool>();
        bool any = false;
        for (int b = 0; b < Lanes; b++)
        {
            counters[b]++;
            terminated[b] = ends[b] && !faulted[b];
            truncated[b] = !terminated[b] && !faulted[b] && counters[b] >= spec.EpisodeLength;
            done[b] = terminated[b] || truncated[b] || faulted[b];
            returns[b] += rewards[b];
            if (!done[b]) continue;
            any = true;
            if (!faulted[b]) tracker.Finish(returns[b], counters[b]);
        }
        return any;
    }

    private (Tensor State, Tensor Observation) Restart(Tensor nextState, Tensor observation, int[] lanes)
    {
        foreach (int b in lanes)
        {
            episodes[b]++;
            counters[b] = 0;
            returns[b] = 0;
        }
        using var index = torch.tensor(Array.ConvertAll(lanes, b => (long)b));
        using var starts = StartStates(lanes);
        var first = ObserveStart(starts);
        return (nextState.index_copy(0, index, starts), observation.index_copy(0, index, first));
    }

    // the first observation of an episode; later ones come from the step, whose observation may hold more than the
    // state
    private Tensor ObserveStart(Tensor starts)
    {
        using var noGrad = torch.no_grad();
        using var zero = torch.zeros([starts.shape[0], spec.Action.Size], dtype: spec.StateType);
        var first = ToFloat(Env.Observe(starts, zero));
        if (!starts.AllFinite() || !first.AllFinite())
            throw new MbMixException($"{spec.Id}: a start state or its observation is not finite.").Attributed();
        return first;
    }

    // start states of the episodes that these lanes are in
    private Tensor StartStates(int[] lanes) => Reset(lanes, ahead: 0);

    // start states of the episodes that these lanes will be in next: a quarantine comes before the episode is counted
    private Tensor NextStartStates(int[] lanes) => Reset(lanes, ahead: 1);

    private Tensor Reset(int[] lanes, int ahead)
    {
        var keys = Array.ConvertAll(lanes, lane => new LaneKey(seed, lane, episodes[lane] + ahead));
        using var noGrad = torch.no_grad();
        return Env.Reset(keys);
    }
}
