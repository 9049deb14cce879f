using System.Diagnostics;
using System.Numerics;

namespace MbMix.Learning;

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
        Costs.Jacobians += batch;

        // one row of seeds per output: tangent of the next state, observation, reward
        var seeds = torch.eye(t + o + 1, dtype: Type).unsqueeze(0).expand(batch, t + o + 1, t + o + 1);
        Tensor Seed(int from, int count) => seeds.narrow(2, from, count).contiguous();
        var (byState, byAction) = Sweep(state, action, Seed(0, t), Seed(t, o), Seed(t + o, 1));
        Tensor Rows(Tensor all, int from, int count) => all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            Rows(byState, 0, t),
            Rows(byAction, 0, t),
            Rows(byState, t, o),
            Rows(byAction, t, o),
            byState.select(1, t + o).contiguous().MoveToOuterDisposeScope(),
            byAction.select(1, t + o).contiguous().MoveToOuterDisposeScope());
    }

    public (Tensor State, Tensor Action) VectorJacobian(Tensor state, Tensor action, Tensor cotangents)
    {
        CheckInputs(state, action);
        if (cotangents.dim() != 3 || cotangents.shape[0] != state.shape[0] || cotangents.shape[2] != Chart.TangentSize)
            throw new MbMixException($"{Spec.Id}: cotangents [{string.Join(", ", cotangents.shape)}] came; expected [{state.shape[0]}, K, {Chart.TangentSize}].");
        Costs.VectorJacobianProducts += state.shape[0] * cotangents.shape[1];
        using var scope = torch.NewDisposeScope();
        var (byState, byAction) = Sweep(state, action, cotangents.to(Type), null, null);
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

    /// <summary>
    /// One forward pass, then one adjoint per probe, in tangent coordinates: cotangents of next state <c>[B, K, T]</c>, observation <c>[B, K, O]</c> and
    /// reward <c>[B, K, 1]</c> to those of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>.
    /// </summary>
    private (Tensor State, Tensor Action) Sweep(Tensor state, Tensor action, Tensor next, Tensor? observation, Tensor? reward)
    {
        using var noGrad = torch.no_grad();
        var (tape, after) = new StepFunction<T>(this, (int)state.shape[0]).Record(state, action);
        next = ChartSweeps.ToComponents(Chart, after, next);
        static Tensor? ByProbe(Tensor? cotangents) => cotangents?.permute(1, 0, 2).contiguous();
        var (toState, toAction) = Adjoints(tape, ByProbe(next)!, ByProbe(observation), ByProbe(reward));
        return (ChartSweeps.ToTangent(Chart, state, toState.permute(1, 0, 2).contiguous()), toAction.permute(1, 0, 2).contiguous());
    }

    private unsafe (Tensor State, Tensor Action) Adjoints(Tensor tape, Tensor next, Tensor? observation, Tensor? reward)
    {
        long start = Stopwatch.GetTimestamp();
        int probes = (int)next.shape[0], batch = (int)next.shape[1];
        long s = (long)batch * Spec.State.Size, a = (long)batch * Spec.Action.Size, o = (long)batch * Spec.Observation.Size;
        var toState = torch.empty([probes, batch, Spec.State.Size], Type);
        var toAction = torch.empty([probes, batch, Spec.Action.Size], Type);
        fixed (T* t = tape.Values<T>(), ds = toState.Values<T>(), da = toAction.Values<T>())
        fixed (T* dn = next.Values<T>(), dob = SpanOf(observation), dr = SpanOf(reward))
        {
            for (int k = 0; k < probes; k++)
                Engine.Backward(batch, t, dn + (k * s), dob == null ? null : dob + (k * o), dr == null ? null : dr + ((long)k * batch), ds + (k * s), da + (k * a), Workers);
        }
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (toState, toAction);
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
