namespace MbMix.TestKit;

/// <summary>
/// The environment of an algorithm's certification: it counts what is asked of it, and on request some lanes fault.
/// Whether a step faults is a function of state and action, as for any environment, and steps with action 0 never do.
/// </summary>
internal class TaskEnv : IDifferentiableEnv, IMeteredEnv
{
    private readonly IDifferentiableEnv inner;
    private readonly double faultShare;

    protected TaskEnv(IDifferentiableEnv inner, double faultShare) =>
        (this.inner, this.faultShare) = (inner, faultShare);

    /// <inheritdoc/>
    public EnvSpec Spec => inner.Spec;

    /// <inheritdoc/>
    public IStateChart Chart => inner.Chart;

    /// <inheritdoc/>
    public EnvCosts Costs => EnvMeter.CostsOf(inner);

    /// <summary>Lane steps taken by calls of Step, whoever called.</summary>
    public long Taken { get; private set; }

    /// <summary>Lane steps that faulted.</summary>
    public long Faulted { get; private set; }

    /// <summary>Wraps an environment so that it keeps its abilities.</summary>
    /// <param name="inner">The environment; the result owns it.</param>
    /// <param name="faultShare">Share of the lane steps that fault.</param>
    public static TaskEnv Wrap(IDifferentiableEnv inner, double faultShare = 0) => inner switch
    {
        IPredictiveEnv predictive => new Predictive(predictive, faultShare),
        _ => new TaskEnv(inner, faultShare),
    };

    /// <inheritdoc/>
    public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

    /// <inheritdoc/>
    public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

    /// <inheritdoc/>
    public EnvStep Step(Tensor state, Tensor action)
    {
        Taken += state.shape[0];
        var step = EnvMeter.Step(inner, state, action);
        return faultShare == 0 ? step : WithFaults(step, state, action);
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private EnvStep WithFaults(EnvStep step, Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        Tensor lanes;
        using (torch.no_grad())
        {
            // a number in [0, 1) that depends on every digit of state and action
            var sum = state.detach().to(torch.ScalarType.Float64).sum(1) + (1.7 * action.detach().abs().sum(1));
            var number = (sum * 12.9898).sin() * 43758.5453;
            number -= number.floor();
            lanes = (number < faultShare) & action.detach().abs().sum(1).ne(0);
            Faulted += lanes.sum().item<long>();
        }
        var rows = lanes.unsqueeze(1);
        var sick = torch.tensor(double.NaN, Spec.StateType);
        var faulted = new EnvStep(
            torch.where(rows, sick, step.NextState),
            torch.where(rows, sick, step.Observation),
            torch.where(lanes, sick, step.Reward),
            step.Terminated.clone(),
            torch.where(lanes, torch.full_like(step.Fault, FaultCode.Simulator), step.Fault));
        step.Dispose();
        return new EnvStep(
            faulted.NextState.MoveToOuterDisposeScope(),
            faulted.Observation.MoveToOuterDisposeScope(),
            faulted.Reward.MoveToOuterDisposeScope(),
            faulted.Terminated.MoveToOuterDisposeScope(),
            faulted.Fault.MoveToOuterDisposeScope());
    }

    private sealed class Predictive(IPredictiveEnv env, double faultShare)
        : TaskEnv(env, faultShare), IPredictiveEnv, IJacobianEnv
    {
        public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState) =>
            env.Evaluate(state, action, nextState);

        public Jacobians Linearize(Tensor state, Tensor action) => EnvJacobians.Linearize(env, state, action);

        public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor dNextState) =>
            EnvJacobians.Pullback(env, state, action, dNextState);
    }
}
