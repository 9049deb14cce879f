namespace MbMix.TestKit;

/// <summary>
/// Compares the pullbacks and Jacobians that an environment computes itself with backward passes through its step and
/// its chart, and with each other. For an environment that leaves them to <c>EnvJacobians</c> only the latter means
/// something; whether its backward passes are right is for <see cref="ReturnGradientCheck"/> to say.
/// </summary>
public static class JacobianCheck
{
    /// <summary>Runs the check.</summary>
    /// <param name="env">An environment with gradients, in double unless the settings allow for less.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Finding> Run(IDifferentiableEnv env, JacobianSettings? settings = null)
    {
        var findings = new Findings(env.Spec.Id);
        Compare(env, settings ?? new JacobianSettings(), findings);
        return findings.All;
    }

    internal static void Compare(IDifferentiableEnv env, JacobianSettings s, Findings findings)
    {
        findings.Try("pullback", "a pullback", () => Pullbacks(env, s, findings));
        findings.Try("Jacobian", "a Jacobian", () => Jacobian(env, s, findings));
    }

    private static void Pullbacks(IDifferentiableEnv env, JacobianSettings s, Findings findings)
    {
        var (state, action) = Probes.Moving(env, s.Lanes, s.Steps, s.Seed);
        var dNext = Cotangents(env, s);
        var (dState, dAction) = EnvJacobians.Pullback(env, state, action, dNext);
        var (expectedState, expectedAction) = EnvJacobians.Pullback(new StepsAlone(env), state, action, dNext);
        findings.RequireCloseInNorm("pullback to the state", expectedState, dState, s.Tolerance);
        findings.RequireCloseInNorm("pullback to the action", expectedAction, dAction, s.Tolerance);
        WithoutHistory("pullback to the state", dState, findings);
        WithoutHistory("pullback to the action", dAction, findings);
    }

    private static void Jacobian(IDifferentiableEnv env, JacobianSettings s, Findings findings)
    {
        var (state, action) = Probes.Moving(env, s.Lanes, s.Steps, s.Seed);
        var dNext = Cotangents(env, s);
        var came = EnvJacobians.Linearize(env, state, action);
        var expected = EnvJacobians.Linearize(new StepsAlone(env), state, action);
        var (dState, dAction) = EnvJacobians.Pullback(env, state, action, dNext);
        Close("of the next state by the state", expected.State, came.State);
        Close("of the next state by the action", expected.Action, came.Action);
        Close("of the observation by the state", expected.ObservationState, came.ObservationState);
        Close("of the observation by the action", expected.ObservationAction, came.ObservationAction);
        Close("of the reward by the state", expected.RewardState, came.RewardState);
        Close("of the reward by the action", expected.RewardAction, came.RewardAction);
        Close("times cotangents, compared with pullbacks to the state", dState, Product(came.State));
        Close("times cotangents, compared with pullbacks to the action", dAction, Product(came.Action));

        // a product of two types ends the process
        Tensor Product(Tensor jacobian) => dNext.matmul(jacobian.to(dNext.dtype));

        void Close(string what, Tensor right, Tensor given)
        {
            findings.RequireCloseInNorm($"Jacobian {what}", right, given, s.Tolerance);
            WithoutHistory($"Jacobian {what}", given, findings);
        }
    }

    private static Tensor Cotangents(IDifferentiableEnv env, JacobianSettings s) =>
        new CounterRandom(1, "cotangents").NormalTensor(0, s.Lanes, s.Probes, env.Chart.TangentSize)
            .to(env.Spec.StateType);

    private static void WithoutHistory(string check, Tensor tensor, Findings findings) =>
        findings.Require(!tensor.requires_grad, check, "a gradient history", "none");

    /// <summary>An environment without derivatives of its own, so that they are taken by backward passes.</summary>
    private sealed class StepsAlone(IDifferentiableEnv env) : IDifferentiableEnv
    {
        public EnvSpec Spec => env.Spec;

        public IStateChart Chart => env.Chart;

        public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => env.Reset(lanes);

        public Tensor Observe(Tensor state, Tensor lastAction) => env.Observe(state, lastAction);

        public EnvStep Step(Tensor state, Tensor action) => env.Step(state, action);

        public void Dispose()
        {
        }
    }
}
