using System.Diagnostics;
using System.Numerics;

namespace MbMix.Simulation;

/// <summary>
/// An environment executed by a <see cref="ControlStepEngine{T}"/>. Each batched step is one autograd node.
/// </summary>
internal sealed partial class TracedEnv<T> : IPredictiveEnv, IJacobianEnv, IFaultExplainer, IMeteredEnv
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly torch.ScalarType Type =
        typeof(T) == typeof(float) ? torch.ScalarType.Float32 : torch.ScalarType.Float64;

    private readonly ITracedEnvironment environment;
    private readonly Lazy<FaultFinder> faults;

    public TracedEnv(ITracedEnvironment environment, KernelOptions options, IWorkers workers)
    {
        this.environment = environment;
        Workers = workers;
        Engine = new ControlStepEngine<T>(environment, options);
        Spec = environment.Spec with { StateType = Type, TapeBytes = Engine.TapeBytes };
        Chart = environment.Chart;
        faults = new(() => new FaultFinder(environment));
    }

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public ISceneView? View => environment.View;

    public EnvCosts Costs { get; } = new();

    internal ControlStepEngine<T> Engine { get; }

    internal IWorkers Workers { get; }

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.empty([lanes.Length, Spec.State.Size], Type);
        Reset(lanes, state.Values<T>());
        return state;
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        CheckInputs(state, action);
        var call = new TracedStepFunction<T>(this, (int)state.shape[0]);
        var outputs = call.Apply(state, action);
        return new EnvStep(outputs[0], outputs[1], outputs[2], call.Terminated, call.Fault);
    }

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        CheckInputs(state, action);
        Check(nextState, "next state", Spec.State.Size, state.shape[0]);
        var call = new TracedOutcomeFunction<T>(this, (int)state.shape[0]);
        var outputs = call.Apply(state, action, nextState);
        return new Outcome(outputs[0], outputs[1], call.Terminated);
    }

    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        var (observation, reward, terminated) = Evaluate(state, lastAction, state);
        reward.Dispose();
        terminated.Dispose();
        return observation;
    }

    public Jacobians Linearize(Tensor state, Tensor action)
    {
        CheckInputs(state, action);
        using var scope = torch.NewDisposeScope();
        long batch = state.shape[0];
        int t = Chart.TangentSize, o = Spec.Observation.Size;
        Costs.Pullbacks += batch * t;

        using var noGrad = torch.no_grad();
        var (tape, next) = new TracedStepFunction<T>(this, (int)batch).Record(state, action);
        // Only the next state is pulled back through the dynamics. Observation and reward are functions of (state,
        // action, next state), so the chain rule gives their derivatives.
        Tensor Units(int count) => torch.eye(count, dtype: Type).unsqueeze(0).expand(batch, count, count).contiguous();
        var (nextByState, nextByAction) = StepPullback(state, tape, next, Units(t));
        var (byState, byAction, byNext) = OutcomePullback(state.contiguous(), action.contiguous(), next, Units(o + 1));
        var outcomeByNext = ChartPullbacks.ToTangent(Chart, next, byNext);
        var outcomeByState = outcomeByNext.bmm(nextByState) + ChartPullbacks.ToTangent(Chart, state, byState);
        var outcomeByAction = outcomeByNext.bmm(nextByAction) + byAction;
        Tensor Rows(Tensor all, int from, int count) =>
            all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            nextByState.MoveToOuterDisposeScope(),
            nextByAction.MoveToOuterDisposeScope(),
            Rows(outcomeByState, 0, o),
            Rows(outcomeByAction, 0, o),
            outcomeByState.select(1, o).contiguous().MoveToOuterDisposeScope(),
            outcomeByAction.select(1, o).contiguous().MoveToOuterDisposeScope());
    }

    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor dNextState)
    {
        CheckInputs(state, action);
        if (dNextState.dim() != 3 || dNextState.shape[0] != state.shape[0] || dNextState.shape[2] != Chart.TangentSize)
        {
            throw new MbMixException(
                $"{Spec.Id}: cotangents [{string.Join(", ", dNextState.shape)}] came; "
                + $"expected [{state.shape[0]}, K, {Chart.TangentSize}].");
        }
        Costs.Pullbacks += state.shape[0] * dNextState.shape[1];
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (tape, next) = new TracedStepFunction<T>(this, (int)state.shape[0]).Record(state, action);
        var (dState, dAction) = StepPullback(state, tape, next, dNextState.to(Type));
        return (dState.MoveToOuterDisposeScope(), dAction.MoveToOuterDisposeScope());
    }

    public string ExplainFault(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return faults.Value.Explain(
            state.detach().to(torch.ScalarType.Float64).reshape(-1).contiguous().Values<double>(),
            action.detach().to(torch.ScalarType.Float64).reshape(-1).contiguous().Values<double>());
    }

    public void Dispose()
    {
    }

    /// <summary>
    /// Pulls K cotangents per lane back through a recorded step, in tangent coordinates: from those of the next state,
    /// <c>[B, K, T]</c>, to those of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>.
    /// </summary>
    private (Tensor dState, Tensor dAction) StepPullback(Tensor state, Tensor tape, Tensor next, Tensor dNextState)
    {
        var components = ChartPullbacks.ToComponents(Chart, next, dNextState);
        var (dState, dAction) = StepBackward(tape, ByProbe(components));
        return (ChartPullbacks.ToTangent(Chart, state, ByLane(dState)), ByLane(dAction));
    }

    /// <summary>
    /// One backward pass over a tape per probe: from cotangents of the next state's components, <c>[K, B, S]</c>, to
    /// those of the state's components <c>[K, B, S]</c> and of the action <c>[K, B, A]</c>.
    /// </summary>
    private unsafe (Tensor dState, Tensor dAction) StepBackward(Tensor tape, Tensor dNextState)
    {
        long start = Stopwatch.GetTimestamp();
        int probes = (int)dNextState.shape[0], batch = (int)dNextState.shape[1];
        long s = (long)batch * Spec.State.Size, a = (long)batch * Spec.Action.Size;
        var dState = torch.empty([probes, batch, Spec.State.Size], Type);
        var dAction = torch.empty([probes, batch, Spec.Action.Size], Type);
        fixed (T* t = tape.Values<T>(), dn = dNextState.Values<T>(), ds = dState.Values<T>(), da = dAction.Values<T>())
        {
            for (int k = 0; k < probes; k++)
                Engine.Backward(batch, t, dn + (k * s), null, null, ds + (k * s), da + (k * a), Workers);
        }
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (dState, dAction);
    }

    /// <summary>
    /// Pulls K cotangents per lane back through the outcome: from those of observation and reward,
    /// <c>[B, K, O + 1]</c>, to those of the components of state <c>[B, K, S]</c>, action <c>[B, K, A]</c> and next
    /// state <c>[B, K, S]</c>.
    /// </summary>
    private unsafe (Tensor dState, Tensor dAction, Tensor dNextState) OutcomePullback(
        Tensor state, Tensor action, Tensor next, Tensor dOutcome)
    {
        int batch = (int)dOutcome.shape[0], probes = (int)dOutcome.shape[1], o = Spec.Observation.Size;
        long s = (long)batch * Spec.State.Size, a = (long)batch * Spec.Action.Size;
        Tensor dObservation = ByProbe(dOutcome.narrow(2, 0, o));
        Tensor dReward = dOutcome.select(2, o).permute(1, 0).contiguous();
        Tensor dState = torch.empty([probes, batch, Spec.State.Size], Type), dNextState = torch.empty_like(dState);
        Tensor dAction = torch.empty([probes, batch, Spec.Action.Size], Type);
        fixed (T* ps = state.Values<T>(), pa = action.Values<T>(), pn = next.Values<T>())
        fixed (T* dobs = dObservation.Values<T>(), dr = dReward.Values<T>())
        fixed (T* ds = dState.Values<T>(), da = dAction.Values<T>(), dn = dNextState.Values<T>())
        {
            for (int k = 0; k < probes; k++)
            {
                T* ko = dobs + ((long)k * batch * o), kr = dr + ((long)k * batch);
                Engine.OutcomeBackward(batch, ps, pa, pn, ko, kr, ds + (k * s), da + (k * a), dn + (k * s));
            }
        }
        return (ByLane(dState), ByLane(dAction), ByLane(dNextState));
    }

    // [B, K, n] to [K, B, n]
    private static Tensor ByProbe(Tensor x) => x.permute(1, 0, 2).contiguous();

    // [K, B, n] to [B, K, n]
    private static Tensor ByLane(Tensor x) => x.permute(1, 0, 2).contiguous();

    internal static Span<T> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.Values<T>();

    private void CheckInputs(Tensor state, Tensor action)
    {
        Check(state, "state", Spec.State.Size, state.dim() > 0 ? state.shape[0] : 0);
        Check(action, "action", Spec.Action.Size, state.shape[0]);
    }

    private void Check(Tensor tensor, string what, int size, long batch)
    {
        if (tensor.dim() != 2 || tensor.size(1) != size || tensor.size(0) != batch || batch == 0)
        {
            object expected = batch == 0 ? "B" : batch;
            throw new MbMixException(
                $"{Spec.Id}: {what} of shape [{string.Join(", ", tensor.shape)}] came; expected [{expected}, {size}].");
        }
        if (tensor.dtype != Type || tensor.device_type != DeviceType.CPU)
        {
            throw new MbMixException(
                $"{Spec.Id}: {what} of type {tensor.dtype} on {tensor.device_type} came; expected {Type} on CPU.");
        }
    }
}
