using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// An environment of a plugin, with checks of everything that it returns: null, shape, type, contiguity, ownership and
/// gradient history. A mistake is an exception that names the plugin, the member, what came and what was expected.
/// </summary>
/// <remarks>
/// The checks cost some calls into libtorch per step, and read the elements of start states only. What costs more is
/// checked by <see cref="EnvProbe"/> once, and what shows in many steps only by <see cref="EnvWatch"/>.
/// </remarks>
internal class GuardedEnv : IDifferentiableEnv, IFaultExplainer, IMeteredEnv, IArrayAccess
{
    private readonly torch.ScalarType type;
    private readonly int states;
    private readonly int observations;
    private EnvWatch? watch;
    private ISceneView? view;

    /// <summary>Wraps an environment whose description is sound.</summary>
    public GuardedEnv(IDifferentiableEnv inner, Boundary boundary)
    {
        (Inner, Boundary) = (inner, boundary);
        (Spec, Chart, Costs) = (inner.Spec, inner.Chart, EnvMeter.CostsOf(inner));
        (type, states, observations) = (Spec.StateType, Spec.State.Size, Spec.Observation.Size);
    }

    /// <summary>The plugin's environment.</summary>
    public IDifferentiableEnv Inner { get; }

    /// <inheritdoc/>
    public EnvSpec Spec { get; }

    /// <inheritdoc/>
    public IStateChart Chart { get; }

    /// <inheritdoc/>
    /// <remarks>It is looked at, and checked, only when somebody wants to see the environment.</remarks>
    public ISceneView? View => view ??=
        Call("View", () => Inner.View) is { } given ? new GuardedSceneView(given, Boundary) : null;

    /// <inheritdoc/>
    public EnvCosts Costs { get; }

    /// <summary>Names the environment in messages.</summary>
    protected Boundary Boundary { get; }

    /// <summary>Wraps an environment so that it keeps its abilities.</summary>
    public static GuardedEnv Wrap(IDifferentiableEnv env, Boundary boundary) => env switch
    {
        IPredictiveEnv and IJacobianEnv => new GuardedPredictiveJacobianEnv(env, boundary),
        IPredictiveEnv => new GuardedPredictiveEnv(env, boundary),
        IJacobianEnv => new GuardedJacobianEnv(env, boundary),
        _ => new GuardedEnv(env, boundary),
    };

    /// <inheritdoc/>
    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        Tensor state;
        bool recording = torch.is_grad_enabled();
        try
        {
            state = Inner.Reset(lanes);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw Boundary.Threw("Reset", e);
        }
        Boundary.RequireMode("Reset", recording);
        Boundary.Require("result of Reset", state, type, lanes.Length, states);
        if (state.requires_grad) throw Boundary.Wrong("result of Reset", "a gradient history", "none");
        if (!state.AllFinite())
            throw Boundary.Wrong("result of Reset", "a number that is not finite", "finite states");
        return state;
    }

    /// <inheritdoc/>
    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        var observation = Call("Observe", () => Inner.Observe(state, lastAction));
        Boundary.Require("result of Observe", observation, type, state.size(0), observations);
        if (ReferenceEquals(observation, state))
            throw Boundary.Wrong("result of Observe", "the state that was given", "a tensor that the caller owns");
        return observation;
    }

    /// <inheritdoc/>
    public EnvStep Step(Tensor state, Tensor action)
    {
        EnvStep step;
        bool recording = torch.is_grad_enabled();
        try
        {
            step = EnvMeter.Step(Inner, state, action);
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw Boundary.Threw("Step", e);
        }
        Boundary.RequireMode("Step", recording);
        long lanes = state.size(0);
        Boundary.Require("next state of Step", step.NextState, type, lanes, states);
        Boundary.Require("observation of Step", step.Observation, type, lanes, observations);
        Boundary.Require("reward of Step", step.Reward, type, lanes);
        Boundary.Require("termination of Step", step.Terminated, torch.ScalarType.Bool, lanes);
        Boundary.Require("fault of Step", step.Fault, torch.ScalarType.Int32, lanes);
        RequireOwnership(step, state, action);
        RequireHistory(step, state, action);
        watch?.Look(step);
        return step;
    }

    /// <inheritdoc/>
    public string ExplainFault(Tensor state, Tensor action) =>
        Inner is IFaultExplainer explainer
            ? Call("ExplainFault", () => explainer.ExplainFault(state, action)) ?? "" : "";

    /// <inheritdoc/>
    /// <remarks>Arrays come from our own compiler of equations, so that there is nothing to check.</remarks>
    public IArrayEnv<T>? Arrays<T>()
        where T : unmanaged => (Inner as IArrayAccess)?.Arrays<T>();

    /// <summary>Begins to look at what the environment gives over many steps.</summary>
    /// <param name="logger">Receives warnings.</param>
    public void Watch(ILogger logger) => watch = new EnvWatch(Spec, Boundary, logger);

    /// <inheritdoc/>
    public void Dispose() => Boundary.Dispose(Inner);

    /// <summary>Checks the result of <see cref="IPredictiveEnv.Evaluate"/>.</summary>
    protected Outcome EvaluateGuarded(IPredictiveEnv env, Tensor state, Tensor action, Tensor nextState)
    {
        var outcome = Call("Evaluate", () => env.Evaluate(state, action, nextState));
        long lanes = state.size(0);
        Boundary.Require("observation of Evaluate", outcome.Observation, type, lanes, observations);
        Boundary.Require("reward of Evaluate", outcome.Reward, type, lanes);
        Boundary.Require("termination of Evaluate", outcome.Terminated, torch.ScalarType.Bool, lanes);
        if (ReferenceEquals(outcome.Observation, nextState) || ReferenceEquals(outcome.Observation, state))
            throw Boundary.Wrong(
                "observation of Evaluate", "a tensor that was given", "a tensor that the caller owns");
        return outcome;
    }

    /// <summary>Checks the result of <see cref="IJacobianEnv.Linearize"/>.</summary>
    protected Jacobians LinearizeGuarded(IJacobianEnv env, Tensor state, Tensor action)
    {
        var all = Call("Linearize", () => env.Linearize(state, action));
        long lanes = state.size(0), t = Chart.TangentSize, a = Spec.Action.Size, o = observations;
        Boundary.RequireShape("State of Linearize", all.State, type, lanes, t, t);
        Boundary.RequireShape("Action of Linearize", all.Action, type, lanes, t, a);
        Boundary.RequireShape("ObservationState of Linearize", all.ObservationState, type, lanes, o, t);
        Boundary.RequireShape("ObservationAction of Linearize", all.ObservationAction, type, lanes, o, a);
        Boundary.RequireShape("RewardState of Linearize", all.RewardState, type, lanes, t);
        Boundary.RequireShape("RewardAction of Linearize", all.RewardAction, type, lanes, a);
        return all;
    }

    /// <summary>Checks the result of <see cref="IJacobianEnv.Pullback"/>.</summary>
    protected (Tensor dState, Tensor dAction) PullbackGuarded(
        IJacobianEnv env, Tensor state, Tensor action, Tensor dNextState)
    {
        var (dState, dAction) = Call("Pullback", () => env.Pullback(state, action, dNextState));
        long lanes = state.size(0), probes = dNextState.size(1);
        Boundary.RequireShape("dState of Pullback", dState, type, lanes, probes, Chart.TangentSize);
        Boundary.RequireShape("dAction of Pullback", dAction, type, lanes, probes, Spec.Action.Size);
        return (dState, dAction);
    }

    // not for steps, which are many
    private T Call<T>(string member, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw Boundary.Threw(member, e);
        }
    }

    private void RequireOwnership(in EnvStep step, Tensor state, Tensor action)
    {
        if (ReferenceEquals(step.NextState, step.Observation))
            throw Boundary.Wrong("observation of Step", "the next state's own tensor", "a tensor for each result");
        if (ReferenceEquals(step.NextState, state) || ReferenceEquals(step.Observation, state))
            throw Boundary.Wrong("next state of Step", "the state that was given", "a tensor that the caller owns");
        if (ReferenceEquals(step.Observation, action))
            throw Boundary.Wrong("observation of Step", "the action that was given", "a tensor that the caller owns");
    }

    private void RequireHistory(in EnvStep step, Tensor state, Tensor action)
    {
        bool fromState = false, wanted = torch.is_grad_enabled()
            && ((fromState = state.requires_grad) || action.requires_grad);
        if (wanted)
        {
            if (Spec.Gradient.Kind == GradientKind.None) return;
            if (!step.NextState.requires_grad)
                throw Boundary.Wrong(
                    "next state of Step", "no gradient history",
                    fromState ? "one to state and action" : "one to the action");
        }
        else if (step.NextState.requires_grad || step.Reward.requires_grad)
        {
            throw Boundary.Wrong(
                "result of Step", "a gradient history", "none, because neither state nor action has one");
        }
    }
}
