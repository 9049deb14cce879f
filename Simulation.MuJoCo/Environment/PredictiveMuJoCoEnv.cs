namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// An environment whose task depends on states and actions alone, so that its outcome can be evaluated on predicted
/// states too.
/// </summary>
internal sealed class PredictiveMuJoCoEnv(MuJoCoEnv env)
    : IPredictiveEnv, IJacobianEnv, IFaultExplainer, IMeteredEnv, IArrayAccess
{
    public EnvSpec Spec => env.Spec;

    public IStateChart Chart => env.Chart;

    public ISceneView View => env.View;

    public EnvCosts Costs => env.Costs;

    /// <summary>The environment that simulates.</summary>
    public MuJoCoEnv Simulated => env;

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => env.Reset(lanes);

    // the task reads no derived quantity, so no simulation is needed to observe
    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        var (observation, reward, terminated) = Evaluate(state, lastAction, state);
        reward.Dispose();
        terminated.Dispose();
        return observation;
    }

    public EnvStep Step(Tensor state, Tensor action) => env.Step(state, action);

    public Outcome Evaluate(Tensor state, Tensor action, Tensor nextState)
    {
        using var scope = torch.NewDisposeScope();
        action = env.Checked(state, action);
        env.CheckState(nextState, "next state", state.shape[0]);
        var call = new MuJoCoOutcomeFunction(env, (int)state.shape[0]);
        var outputs = call.Apply(state, action, nextState);
        return new Outcome(
            outputs[0].MoveToOuterDisposeScope(),
            outputs[1].MoveToOuterDisposeScope(),
            call.Terminated.MoveToOuterDisposeScope());
    }

    public Jacobians Linearize(Tensor state, Tensor action) => env.Linearize(state, action);

    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor cotangents) =>
        env.Pullback(state, action, cotangents);

    public string ExplainFault(Tensor state, Tensor action) => env.ExplainFault(state, action);

    // like Observe above
    public IArrayEnv<T>? Arrays<T>()
        where T : unmanaged => new MuJoCoArrays(env, observesTask: true) as IArrayEnv<T>;

    public void Dispose() => env.Dispose();
}
