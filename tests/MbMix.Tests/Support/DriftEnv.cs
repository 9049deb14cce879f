using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>
/// A point that moves by its action, s' = s + a, with the reward -(s'^2 + cost a^2), in plain torch operations. It
/// starts at 1, or where <see cref="Starts"/> says, and the task ends above <see cref="Wall"/>.
/// </summary>
internal sealed class DriftEnv(int episodeLength = 1000, double cost = 0) : IPredictiveEnv
{
    public float[]? Starts { get; init; }

    public double Wall { get; init; } = double.PositiveInfinity;

    /// <summary>A constant that replaces the reward; NaN for none.</summary>
    public double Reward { get; init; } = double.NaN;

    public EnvSpec Spec { get; } = new()
    {
        Id = "test/drift-v1",
        State = new SpaceSpec([new Dimension("s", "m")]),
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "s"),
        Action = SpaceSpec.Box(-1, 1, "a"),
        ControlPeriod = 1,
        EpisodeLength = episodeLength,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-5),
        FixedStart = true,
    };

    public IStateChart Chart { get; } = new EuclideanChart(1);

    public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.ones(lanes.Length, 1);
        for (int i = 0; i < lanes.Length; i++) state[i] = torch.tensor(Starts is null ? 1f : Starts[lanes[i].Lane]);
        return state;
    }

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => state.clone();

    public EnvStep Step(torch.Tensor state, torch.Tensor action)
    {
        var next = state + action;
        var outcome = Evaluate(state, action, next);
        return new EnvStep(
            next, outcome.Observation, outcome.Reward, outcome.Terminated,
            torch.zeros(state.shape[0], torch.ScalarType.Int32));
    }

    public Outcome Evaluate(torch.Tensor state, torch.Tensor action, torch.Tensor nextState)
    {
        var reward = -(nextState.square() + (cost * action.square())).squeeze(1);
        if (double.IsFinite(Reward)) reward = (reward * 0) + Reward;
        return new Outcome(nextState.clone(), reward, nextState.detach().squeeze(1) > Wall);
    }

    public void Dispose()
    {
    }
}
