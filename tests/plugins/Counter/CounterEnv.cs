using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Counting;

/// <summary>State and observation (steps so far, lane), reward 1 per step, and numbers that go wrong at a chosen step.</summary>
public sealed class CounterEnv(CounterOptions options) : IDifferentiableEnv
{
    public const string Id = "test/counter-v1";

#if REWARD_TWO
    private const double RewardPerStep = 2;
#else
    private const double RewardPerStep = 1;
#endif

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "steps", "lane"),
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "steps", "lane"),
        Action = SpaceSpec.Box(-1, 1, "nothing"),
        ControlPeriod = 1,
        EpisodeLength = options.Length,
        Gradient = GradientCapability.None,
    };

    public IStateChart Chart { get; } = new EuclideanChart(2);

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var values = new float[2 * lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            values[2 * i] = options.NanStart ? float.NaN : 0;
            values[(2 * i) + 1] = lanes[i].Lane;
        }
        return torch.tensor(values, [lanes.Length, 2]);
    }

    public Tensor Observe(Tensor state, Tensor lastAction) => state.clone();

    public EnvStep Step(Tensor state, Tensor action)
    {
        using var quiet = torch.no_grad();
        Tensor steps = state.select(1, 0) + 1, lane = state.select(1, 1), sick = lane <= options.LastLane;
        Tensor At(int step) => (steps == step).logical_and(step > 0 ? sick : torch.zeros_like(sick));
        using var reward = torch.full_like(steps, options.Reward * RewardPerStep);
        var next = torch.stack([Spoil(steps, At(options.NanStateAt), float.NaN), lane], 1);
        var observation = torch.stack([Spoil(steps, At(options.NanObservationAt), float.PositiveInfinity), lane], 1);
        return new EnvStep(
            next,
            observation,
            Spoil(reward, At(options.NanRewardAt), float.NaN),
            steps == (options.TerminateAt > 0 ? options.TerminateAt : -1),
            torch.zeros_like(steps, torch.ScalarType.Int32));
    }

    public void Dispose()
    {
    }

    private static Tensor Spoil(Tensor values, Tensor where, float with) => values.masked_fill(where, with);
}
