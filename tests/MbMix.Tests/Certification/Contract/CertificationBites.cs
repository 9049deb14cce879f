using MbMix.Numerics;
using MbMix.TestKit;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Contract;

/// <summary>
/// Environments and charts that are wrong on purpose, each in one respect: the checks that certify plugins find every
/// one of them, and nothing in the sound ones that they were made from.
/// </summary>
public sealed class CertificationBites
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    // few states of a smooth system show a wrong gradient as well as many
    private static readonly ReturnGradientSettings Few = new() { Lanes = 20 };

    public static TheoryData<string, string> WrongGradients => new()
    {
        { "factor of the state", "directions with another derivative" },
        { "factor of the action", "directions with another derivative" },
        { "detached state", "directions with another derivative" },
        { "detached action", "directions with another derivative" },
        { "detached reward", "directions with another derivative" },
        { "detached step", "expected a gradient" },
        { "gradient that is not a number", "directions with another derivative" },
        { "noise", "share of 40 directions" },
        { "throws", "InvalidOperationException 'out of order'" },
    };

    public static TheoryData<string, string> WrongEnvironments => new()
    {
        { "sizes of the batch in Reset", "Reset of lane 0 alone: other values" },
        { "order of the batch in Reset", "Reset of the lanes in reverse: other values" },
        { "Reset that goes on", "Reset with the same keys again" },
        { "history of Reset", "Reset: a gradient history" },
        { "type of Reset", "Reset: Float32 [5, 2] came; expected Float64 [5, 2]" },
        { "memory in Step", "reward of Step with the same arguments again" },
        { "mean over the batch", "next state of lane 0 in a batch of 1 and of 5" },
        { "argument overwritten", "action that was given to Step" },
        { "reward in a column", "reward of Step: Float64 [5, 1] came; expected Float64 [5]" },
        { "bounds ignored", "next state of Step with an action above the upper bound" },
        { "fault hidden", "fault of a lane with a state that is not a number: 0" },
        { "fault spread", "next state of lane 0 beside one with a state that is not a number" },
        { "history under no_grad", "next state under no_grad: a gradient history" },
        { "no history", "next state: no gradient history" },
        { "other rewards in Evaluate", "reward of Evaluate, compared with Step" },
        { "other ends in Evaluate", "termination of Evaluate, compared with Step" },
    };

    public static TheoryData<string, string> WrongJacobians => new()
    {
        { "factor of the pullback", "pullback to the state: a relative difference of 0.01" },
        { "history of the pullback", "pullback to the state: a gradient history" },
        { "transposed Jacobian", "Jacobian of the next state by the state" },
        { "sign of the reward", "Jacobian of the reward by the action: a relative difference of 2" },
        { "shape of the observation", "Jacobian of the observation by the state: Float64 [3, 2, 3]" },
    };

    public static TheoryData<string, string> WrongCharts => new()
    {
        { "not inverse", "Difference after Integrate: a relative difference of 1" },
        { "other way round", "Difference after Integrate: a relative difference of 2" },
        { "offset", "Difference of a state from itself: 0.001" },
        { "detached Integrate", "derivative of Integrate by the tangent" },
        { "detached Difference", "derivative of Difference by the second state" },
        { "detached Features", "derivative of Features by the state" },
        { "factor of the pullback", "FeaturesPullback: a difference" },
        { "detached pullback", "FeaturesPullback: no gradient history" },
        { "features too many", "Features: Float64 [5, 4] came; expected Float64 [5, 2]" },
    };

    [Theory]
    [MemberData(nameof(WrongGradients))]
    public void A_wrong_gradient_of_returns_is_found(string mistake, string finding)
    {
        using var env = WrongGradient(mistake);
        Certify.Bites(ReturnGradientCheck.Run(env, Few), finding);
    }

    [Theory]
    [MemberData(nameof(WrongEnvironments))]
    public void A_broken_promise_of_an_environment_is_found(string mistake, string finding)
    {
        using var env = WrongEnvironment(mistake);
        Certify.Bites(EnvironmentCheck.Run(env), finding);
    }

    [Theory]
    [MemberData(nameof(WrongJacobians))]
    public void A_wrong_Jacobian_is_found(string mistake, string finding)
    {
        using var env = WrongJacobian(mistake);
        Certify.Bites(JacobianCheck.Run(env), finding);
    }

    [Theory]
    [MemberData(nameof(WrongCharts))]
    public void A_wrong_chart_is_found(string mistake, string finding)
    {
        using var scope = torch.NewDisposeScope();
        Certify.Bites(ChartCheck.Run(mistake, WrongChart(mistake), States()), finding);
    }

    [Fact]
    public void Nothing_is_found_in_what_they_were_made_from()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new AlteredEnv(new LearningPredictiveMass(Double));
        Certify.Sound(ReturnGradientCheck.Run(env, Few));
        Certify.Sound(EnvironmentCheck.Run(env));
        Certify.Sound(JacobianCheck.Run(env));
        Certify.Sound(ChartCheck.Run("flat", new AlteredChart(2), States()));
    }

    [Fact]
    public void Where_the_chart_of_an_environment_is_not_flat_returns_are_differenced_in_it()
    {
        // displacements are twice as large as the tangent says, consistently
        var chart = new AlteredChart(2)
        {
            OnIntegrate = (state, tangent) => state + (2 * tangent),
            OnDifference = (from, to) => (to - from) / 2,
        };
        using var env = new AlteredEnv(new LearningPredictiveMass(Double)) { Chart = chart };
        Certify.Sound(ReturnGradientCheck.Run(env, Few));
        Certify.Sound(ReturnGradientCheck.Run(env, Few with { Components = true }));
    }

    private static AlteredEnv WrongGradient(string mistake)
    {
        var sound = new LearningPredictiveMass(Double);
        var random = new Random(1);
        return new AlteredEnv(sound)
        {
            OnStep = mistake switch
            {
                "factor of the state" => (s, a) => sound.Step(Slowed(s, 0.999), a),
                "factor of the action" => (s, a) => sound.Step(s, Slowed(a, 0.999)),
                "detached state" => (s, a) => sound.Step(s.detach(), a),
                "detached action" => (s, a) => sound.Step(s, a.detach()),
                "detached reward" => Reward(reward => reward.detach() + (0 * reward)),
                "detached step" => (s, a) => sound.Step(s.detach(), a.detach()),
                "gradient that is not a number" => (s, a) => sound.Step(s, a + (0 * (a - a.detach()).sqrt())),
                "noise" => Reward(reward => reward + random.NextDouble()),
                _ => (_, _) => throw new InvalidOperationException("out of order"),
            },
        };

        Func<Tensor, Tensor, EnvStep> Reward(Func<Tensor, Tensor> change) => (s, a) =>
        {
            var step = sound.Step(s, a);
            return step with { Reward = change(step.Reward) };
        };
    }

    private static AlteredEnv WrongEnvironment(string mistake)
    {
        var sound = new LearningPredictiveMass(Double);
        int calls = 0;
        return mistake switch
        {
            "sizes of the batch in Reset" => Starting(lanes => sound.Reset(lanes) * lanes.Length),
            "order of the batch in Reset" => Starting(
                lanes => sound.Reset(lanes) + torch.arange(lanes.Length, Double).unsqueeze(1)),
            "Reset that goes on" => Starting(lanes => sound.Reset(lanes) + calls++),
            "history of Reset" => Starting(lanes => sound.Reset(lanes).requires_grad_(true)),
            "type of Reset" => Starting(lanes => sound.Reset(lanes).to(torch.ScalarType.Float32)),
            "memory in Step" => After((_, step) => step with { Reward = step.Reward + calls++ }),
            "mean over the batch" => Before((s, a) => (s - s.mean([0L], keepdim: true), a)),
            "argument overwritten" => Before((s, a) => (s, a.detach().mul_(0.5))),
            "reward in a column" => After((_, step) => step with { Reward = step.Reward.unsqueeze(1) }),
            "bounds ignored" => After((a, step) => step with { NextState = step.NextState + (0.01 * a) }),
            "fault hidden" => After((_, step) => step with { Fault = torch.zeros_like(step.Fault) }),
            "fault spread" => After((_, step) => step with { NextState = step.NextState + (0 * step.NextState.sum()) }),
            "history under no_grad" => After(
                (_, step) => step with { NextState = step.NextState.detach().requires_grad_(true) }),
            "no history" => After((_, step) => step with { NextState = step.NextState.detach() }),
            "other rewards in Evaluate" => new AlteredEnv(sound) { OnEvaluate = o => o with { Reward = o.Reward + 1 } },
            _ => new AlteredEnv(sound) { OnEvaluate = o => o with { Terminated = o.Terminated.logical_not() } },
        };

        AlteredEnv Starting(AlteredEnv.Start start) => new(sound) { OnReset = start };

        AlteredEnv Before(Func<Tensor, Tensor, (Tensor State, Tensor Action)> change) => new(sound)
        {
            OnStep = (s, a) =>
            {
                var (state, action) = change(s, a);
                return sound.Step(state, action);
            },
        };

        AlteredEnv After(Func<Tensor, EnvStep, EnvStep> change) =>
            new(sound) { OnStep = (s, a) => change(a, sound.Step(s, a)) };
    }

    private static AlteredEnv WrongJacobian(string mistake)
    {
        var sound = new LearningPredictiveMass(Double);
        return mistake switch
        {
            "factor of the pullback" => new AlteredEnv(sound) { OnPullback = d => d * 1.01 },
            "history of the pullback" => new AlteredEnv(sound) { OnPullback = d => d.clone().requires_grad_(true) },
            "transposed Jacobian" => new AlteredEnv(sound)
            {
                OnLinearize = j => j with { State = j.State.transpose(1, 2).contiguous() },
            },
            "sign of the reward" => new AlteredEnv(sound)
            {
                OnLinearize = j => j with { RewardAction = -j.RewardAction },
            },
            _ => new AlteredEnv(sound)
            {
                OnLinearize = j => j with { ObservationState = j.ObservationState.transpose(1, 2).contiguous() },
            },
        };
    }

    private static AlteredChart WrongChart(string mistake) => mistake switch
    {
        "not inverse" => new AlteredChart(2) { OnDifference = (from, to) => 2 * (to - from) },
        "other way round" => new AlteredChart(2) { OnDifference = (from, to) => from - to },
        "offset" => new AlteredChart(2) { OnDifference = (from, to) => to - from + 1e-3 },
        "detached Integrate" => new AlteredChart(2) { OnIntegrate = (state, tangent) => state + tangent.detach() },
        "detached Difference" => new AlteredChart(2) { OnDifference = (from, to) => to.detach() - from },
        "detached Features" => new AlteredChart(2) { OnFeatures = state => state.detach() },
        "factor of the pullback" => new AlteredChart(2) { OnFeaturesPullback = d => d * 1.001 },
        "detached pullback" => new AlteredChart(2) { OnFeaturesPullback = d => d.detach() },
        _ => new AlteredChart(2) { OnFeatures = state => torch.cat([state, state], 1) },
    };

    private static Tensor States() => new CounterRandom(6, "states").NormalTensor(0, 5, 2).to(Double);

    /// <summary>The same value with a gradient that is too short.</summary>
    private static Tensor Slowed(Tensor x, double factor) => x.detach() + (factor * (x - x.detach()));
}
