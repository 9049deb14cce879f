using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>Counts its steps in state and observation; an episode ends by its time limit after three.</summary>
internal class CountingEnv : IDifferentiableEnv
{
    public virtual EnvSpec Spec { get; } = new()
    {
        Id = "test/counting-v1",
        State = new SpaceSpec([new Dimension("count", "1")]),
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "count"),
        Action = SpaceSpec.Box(-1, 1, "nothing"),
        ControlPeriod = 1,
        EpisodeLength = 3,
        Gradient = GradientCapability.None,
    };

    public IStateChart Chart { get; } = new EuclideanChart(1);

    // the second episode starts at 100, the third at 200
    public virtual torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.zeros(lanes.Length, 1);
        for (int i = 0; i < lanes.Length; i++) state[i] = torch.tensor(100f * lanes[i].Episode);
        return state;
    }

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => state.clone();

    public EnvStep Step(torch.Tensor state, torch.Tensor action)
    {
        var next = Next(state);
        var none = torch.zeros(state.shape[0], torch.ScalarType.Bool);
        return new EnvStep(next, next.clone(), Reward(action), none, torch.zeros(state.shape[0], torch.ScalarType.Int32));
    }

    public void Dispose()
    {
    }

    protected virtual torch.Tensor Next(torch.Tensor state) => state + 1;

    protected virtual torch.Tensor Reward(torch.Tensor action) => torch.zeros(action.shape[0]);
}

/// <summary>One step long: the reward is -(a - 0.3)^2.</summary>
internal sealed class BanditEnv : CountingEnv
{
    public override EnvSpec Spec { get; } = new()
    {
        Id = "test/bandit-v1",
        State = new SpaceSpec([new Dimension("nothing", "1")]),
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "nothing"),
        Action = SpaceSpec.Box(-1, 1, "arm"),
        ControlPeriod = 1,
        EpisodeLength = 1,
        Gradient = GradientCapability.None,
    };

    public override torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => torch.zeros(lanes.Length, 1);

    protected override torch.Tensor Next(torch.Tensor state) => state.clone();

    protected override torch.Tensor Reward(torch.Tensor action) => -(action - 0.3).square().squeeze(1);
}
