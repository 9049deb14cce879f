using System.Diagnostics;
using System.Numerics;

namespace MbMix.Simulation;

/// <summary>An environment executed by a <see cref="ControlStepEngine{T}"/>: each batched step is one autograd node.</summary>
internal sealed class TracedEnv<T> : IPredictiveEnv, IJacobianEnv, IFaultExplainer, IMeteredEnv
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly torch.ScalarType Type = typeof(T) == typeof(float) ? torch.ScalarType.Float32 : torch.ScalarType.Float64;

    private readonly ITracedEnvironment environment;
    private readonly Lazy<FaultFinder> faults;

    public TracedEnv(ITracedEnvironment environment, KernelOptions options, IWorkers workers)
    {
        this.environment = environment;
        Workers = workers;
        Engine = new ControlStepEngine<T>(environment, options);
        Spec = environment.Spec with { StateType = Type };
        Chart = environment.Chart;
        faults = new(() => new FaultFinder(environment));
    }

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public EnvCosts Costs { get; } = new();

    internal ControlStepEngine<T> Engine { get; }

    internal IWorkers Workers { get; }

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.empty([lanes.Length, Spec.State.Size], Type);
        var values = state.Values<T>();
        Span<double> row = stackalloc double[Spec.State.Size];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            environment.Reset(lanes[lane], row);
            for (int i = 0; i < row.Length; i++) values[(lane * row.Length) + i] = T.CreateTruncating(row[i]);
        }
        return state;
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        CheckInputs(state, action);
        var call = new StepFunction<T>(this, (int)state.shape[0]);
        var outputs = call.Apply(state, action);
        return new EnvStep(outputs[0], outputs[1], outputs[2], call.Terminated, call.Fault);
    }

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        CheckInputs(state, action);
        Check(nextState, "next state", Spec.State.Size, state.shape[0]);
        var call = new OutcomeFunction<T>(this, (int)state.shape[0]);
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
        var (tape, next) = new StepFunction<T>(this, (int)batch).Record(state, action);
        // the dynamics are swept for the next state alone; observation and reward are functions of (state, action, next state), and the chain rule does the rest
        Tensor Seeds(int count) => torch.eye(count, dtype: Type).unsqueeze(0).expand(batch, count, count).contiguous();
        var (byState, byAction) = Sweep(state, tape, next, Seeds(t));
        var (toState, toAction, toNext) = OutcomeAdjoints(state.contiguous(), action.contiguous(), next, Seeds(o + 1));
        var outcomeByNext = ChartSweeps.ToTangent(Chart, next, toNext);
        var outcomeByState = outcomeByNext.bmm(byState) + ChartSweeps.ToTangent(Chart, state, toState);
        var outcomeByAction = outcomeByNext.bmm(byAction) + toAction;
        Tensor Rows(Tensor all, int from, int count) => all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            byState.MoveToOuterDisposeScope(),
            byAction.MoveToOuterDisposeScope(),
            Rows(outcomeByState, 0, o),
            Rows(outcomeByAction, 0, o),
            outcomeByState.select(1, o).contiguous().MoveToOuterDisposeScope(),
            outcomeByAction.select(1, o).contiguous().MoveToOuterDisposeScope());
    }

    public (Tensor State, Tensor Action) VectorJacobian(Tensor state, Tensor action, Tensor cotangents)
    {
        CheckInputs(state, action);
        if (cotangents.dim() != 3 || cotangents.shape[0] != state.shape[0] || cotangents.shape[2] != Chart.TangentSize)
            throw new MbMixException($"{Spec.Id}: cotangents [{string.Join(", ", cotangents.shape)}] came; expected [{state.shape[0]}, K, {Chart.TangentSize}].");
        Costs.Pullbacks += state.shape[0] * cotangents.shape[1];
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (tape, next) = new StepFunction<T>(this, (int)state.shape[0]).Record(state, action);
        var (byState, byAction) = Sweep(state, tape, next, cotangents.to(Type));
        return (byState.MoveToOuterDisposeScope(), byAction.MoveToOuterDisposeScope());
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

    /// <summary>One adjoint per probe, in tangent coordinates: cotangents of the next state <c>[B, K, T]</c> to those of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>.</summary>
    private (Tensor State, Tensor Action) Sweep(Tensor state, Tensor tape, Tensor next, Tensor cotangents)
    {
        var byProbe = ChartSweeps.ToComponents(Chart, next, cotangents).permute(1, 0, 2).contiguous();
        var (toState, toAction) = Adjoints(tape, byProbe);
        return (ChartSweeps.ToTangent(Chart, state, toState.permute(1, 0, 2).contiguous()), toAction.permute(1, 0, 2).contiguous());
    }

    private unsafe (Tensor State, Tensor Action) Adjoints(Tensor tape, Tensor next)
    {
        long start = Stopwatch.GetTimestamp();
        int probes = (int)next.shape[0], batch = (int)next.shape[1];
        long s = (long)batch * Spec.State.Size, a = (long)batch * Spec.Action.Size;
        var toState = torch.empty([probes, batch, Spec.State.Size], Type);
        var toAction = torch.empty([probes, batch, Spec.Action.Size], Type);
        fixed (T* t = tape.Values<T>(), dn = next.Values<T>(), ds = toState.Values<T>(), da = toAction.Values<T>())
        {
            for (int k = 0; k < probes; k++) Engine.Backward(batch, t, dn + (k * s), null, null, ds + (k * s), da + (k * a), Workers);
        }
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (toState, toAction);
    }

    /// <summary>Cotangents of observation and reward <c>[B, K, O + 1]</c> to those of the components of state <c>[B, K, S]</c>, action <c>[B, K, A]</c> and next state <c>[B, K, S]</c>.</summary>
    private unsafe (Tensor State, Tensor Action, Tensor NextState) OutcomeAdjoints(Tensor state, Tensor action, Tensor next, Tensor cotangents)
    {
        int batch = (int)cotangents.shape[0], probes = (int)cotangents.shape[1], o = Spec.Observation.Size;
        long s = (long)batch * Spec.State.Size, a = (long)batch * Spec.Action.Size;
        Tensor observation = cotangents.narrow(2, 0, o).permute(1, 0, 2).contiguous(), reward = cotangents.select(2, o).permute(1, 0).contiguous();
        Tensor toState = torch.empty([probes, batch, Spec.State.Size], Type), toAction = torch.empty([probes, batch, Spec.Action.Size], Type), toNext = torch.empty_like(toState);
        fixed (T* ps = state.Values<T>(), pa = action.Values<T>(), pn = next.Values<T>(), dob = observation.Values<T>(), dr = reward.Values<T>())
        fixed (T* ds = toState.Values<T>(), da = toAction.Values<T>(), dn = toNext.Values<T>())
        {
            for (int k = 0; k < probes; k++)
                Engine.EvaluateBackward(batch, ps, pa, pn, dob + ((long)k * batch * o), dr + ((long)k * batch), ds + (k * s), da + (k * a), dn + (k * s));
        }
        static Tensor ByLane(Tensor x) => x.permute(1, 0, 2).contiguous();
        return (ByLane(toState), ByLane(toAction), ByLane(toNext));
    }

    internal static Span<T> SpanOf(Tensor? tensor) => tensor is null ? default : tensor.Values<T>();

    private void CheckInputs(Tensor state, Tensor action)
    {
        Check(state, "state", Spec.State.Size, state.dim() > 0 ? state.shape[0] : 0);
        Check(action, "action", Spec.Action.Size, state.shape[0]);
    }

    private void Check(Tensor tensor, string what, int size, long batch)
    {
        if (tensor.dim() != 2 || tensor.size(1) != size || tensor.size(0) != batch || batch == 0)
            throw new MbMixException($"{Spec.Id}: {what} of shape [{string.Join(", ", tensor.shape)}] came; expected [{(batch == 0 ? "B" : batch)}, {size}].");
        if (tensor.dtype != Type || tensor.device_type != DeviceType.CPU)
            throw new MbMixException($"{Spec.Id}: {what} of type {tensor.dtype} on {tensor.device_type} came; expected {Type} on CPU.");
    }
}
