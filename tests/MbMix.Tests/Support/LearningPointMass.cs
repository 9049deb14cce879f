using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>
/// A mass on a line in plain torch operations: state (x, v), force in [-2, 2], reward -(x^2 + 0.1 v^2 + 0.001 a^2). It observes its last
/// action too, ends beyond <see cref="Wall"/>, and lane <see cref="SickLane"/> explodes at its tenth step of an episode.
/// </summary>
internal class LearningPointMass(torch.ScalarType type = torch.ScalarType.Float32) : IDifferentiableEnv, IFaultExplainer
{
    private const double Period = 0.1;

    public double Wall { get; init; } = double.PositiveInfinity;

    public int EpisodeLength { get; init; } = 40;

    public int SickLane { get; init; } = -1;

    public bool AlwaysSick { get; init; }

    public GradientCapability Gradient { get; init; } = new(GradientKind.Exact, 1e-5);

    public List<LaneKey> Resets { get; } = [];

    public int StepsMade { get; private set; }

    public EnvSpec Spec => new()
    {
        Id = "test/point-mass-v1",
        State = new SpaceSpec([new Dimension("x", "m"), new Dimension("v", "m/s")]),
        Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "x", "v", "last"),
        Action = SpaceSpec.Box(-2, 2, "force"),
        ControlPeriod = Period,
        EpisodeLength = EpisodeLength,
        Gradient = Gradient,
        StateType = type,
    };

    public IStateChart Chart { get; } = new EuclideanChart(2);

    public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = TensorSpans.Empty(lanes.Length, 2);
        var values = state.Values<float>();
        for (int i = 0; i < lanes.Length; i++)
        {
            Resets.Add(lanes[i]);
            var row = values.Slice(2 * i, 2);
            new CounterRandom(lanes[i].Seed, "start").Uniform(row, lanes[i].Episode, lanes[i].Lane);
            foreach (ref float v in row) v = 2 * v - 1;
        }
        return type == torch.ScalarType.Float32 ? state : To(state);
    }

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => torch.cat([state, lastAction], 1);

    public EnvStep Step(torch.Tensor state, torch.Tensor action)
    {
        Assert.Equal(type, state.dtype);
        Assert.Equal(type, action.dtype);
        StepsMade++;
        using var scope = torch.NewDisposeScope();
        var a = action.clamp(-2, 2);
        var parts = state.split(1, 1);
        var v = parts[1] + a * Period;
        var x = parts[0] + v * Period;
        if (SickLane >= 0 && (AlwaysSick || StepsMade == 10))
        {
            using var mask = torch.zeros_like(v);
            mask[SickLane] = float.NaN;
            v = v + mask * a;
        }
        var next = torch.cat([x, v], 1);
        var reward = -(x * x + 0.1 * v * v + 0.001 * a * a).squeeze(1);
        var fault = next.detach().isfinite().all(1).logical_not().to(torch.ScalarType.Int32);
        var ended = x.detach().abs().squeeze(1) > Wall;
        return new EnvStep(
            next.MoveToOuterDisposeScope(), Observe(next, a).MoveToOuterDisposeScope(), reward.MoveToOuterDisposeScope(),
            ended.MoveToOuterDisposeScope(), fault.MoveToOuterDisposeScope());
    }

    public string ExplainFault(torch.Tensor state, torch.Tensor action) => "the speed is not a number.";

    private torch.Tensor To(torch.Tensor state)
    {
        using (state) return state.to(type);
    }

    public void Dispose()
    {
    }
}
