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
        if (Chart is not EuclideanChart) return VectorJacobianSweeps.SweepRows(this, state, action);
        int s = Spec.State.Size, o = Spec.Observation.Size, probes = s + o + 1;
        Costs.Jacobians += state.shape[0];
        using var scope = torch.NewDisposeScope();
        var seeds = torch.eye(probes, dtype: Type);
        var (toState, toAction) = Sweep(state, action, probes, k =>
        {
            var row = seeds[k].unsqueeze(0).expand(state.shape[0], probes);
            return (row.narrow(1, 0, s).contiguous(), row.narrow(1, s, o).contiguous(), row.narrow(1, s + o, 1).contiguous());
        });
        Tensor Rows(Tensor all, int from, int count) => all.narrow(1, from, count).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            Rows(toState, 0, s),
            Rows(toAction, 0, s),
            Rows(toState, s, o),
            Rows(toAction, s, o),
            toState.select(1, s + o).contiguous().MoveToOuterDisposeScope(),
            toAction.select(1, s + o).contiguous().MoveToOuterDisposeScope());
    }

    public (Tensor State, Tensor Action) VectorJacobian(Tensor state, Tensor action, Tensor cotangents)
    {
        CheckInputs(state, action);
        if (Chart is not EuclideanChart) return VectorJacobianSweeps.Sweep(this, state, action, cotangents);
        if (cotangents.dim() != 3 || cotangents.shape[0] != state.shape[0] || cotangents.shape[2] != Spec.State.Size)
            throw new MbMixException($"{Spec.Id}: cotangents [{string.Join(", ", cotangents.shape)}] came; expected [{state.shape[0]}, K, {Spec.State.Size}].");
        int probes = (int)cotangents.shape[1];
        Costs.VectorJacobianProducts += state.shape[0] * probes;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var byProbe = cotangents.to(Type).permute(1, 0, 2).contiguous();
        var (toState, toAction) = Sweep(state, action, probes, k => (byProbe[k], null, null));
        return (toState.MoveToOuterDisposeScope(), toAction.MoveToOuterDisposeScope());
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

    /// <summary>One forward pass, then one adjoint per probe: cotangents of state [B, K, S] and action [B, K, A], in the caller's scope.</summary>
    private unsafe (Tensor State, Tensor Action) Sweep(Tensor state, Tensor action, int probes, Func<int, (Tensor Next, Tensor? Observation, Tensor? Reward)> seed)
    {
        using var noGrad = torch.no_grad();
        int batch = (int)state.shape[0];
        var toState = torch.empty([probes, batch, Spec.State.Size], Type);
        var toAction = torch.empty([probes, batch, Spec.Action.Size], Type);
        var call = new StepFunction<T>(this, batch);
        using var tape = call.Record(state, action);
        long start = Stopwatch.GetTimestamp();
        fixed (T* t = tape.Values<T>(), s = toState.Values<T>(), a = toAction.Values<T>())
        {
            for (int k = 0; k < probes; k++)
            {
                var (next, observation, reward) = seed(k);
                fixed (T* dn = next.Values<T>(), dob = SpanOf(observation), dr = SpanOf(reward))
                {
                    Engine.Backward(batch, t, dn, dob, dr, s + ((long)k * batch * Spec.State.Size), a + ((long)k * batch * Spec.Action.Size), Workers);
                }
            }
        }
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (toState.permute(1, 0, 2).contiguous(), toAction.permute(1, 0, 2).contiguous());
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
