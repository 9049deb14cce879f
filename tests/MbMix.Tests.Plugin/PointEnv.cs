using TorchSharp;

namespace MbMix.Tests.Plugin;

/// <summary>State (position, speed), action force in [-1, 1], reward -(position^2 + speed^2 / 10 + force^2 / 100).</summary>
internal sealed class PointEnv : IPredictiveEnv
{
    private const double Period = 0.1;
    private readonly PointOptions options;

    public PointEnv(PointOptions options, string id, bool differentiable)
    {
        if (options.Broken) throw new InvalidOperationException("broken on request");
        this.options = options;
        Spec = new EnvSpec
        {
            Id = id,
            State = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "position", "speed"),
            Observation = SpaceSpec.Box(double.NegativeInfinity, double.PositiveInfinity, "position", "speed"),
            Action = SpaceSpec.Box(-1, 1, "force"),
            ControlPeriod = Period,
            EpisodeLength = options.EpisodeLength,
            Gradient = differentiable ? new GradientCapability(GradientKind.Exact, 1e-6) : GradientCapability.None,
        };
    }

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; } = new EuclideanChart(2);

    public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var values = new float[lanes.Length * 2];
        for (int i = 0; i < lanes.Length; i++)
        {
            var (seed, lane, episode) = lanes[i];
            var random = new Random(unchecked((int)(seed * 7919 + lane * 104729 + episode * 1299709)));
            values[2 * i] = (float)((2 * random.NextDouble() - 1) * options.Spread);
        }
        return torch.tensor(values, [lanes.Length, 2]);
    }

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => state.alias();

    public EnvStep Step(torch.Tensor state, torch.Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        var force = action.clamp(-1, 1);
        var speed = state.narrow(1, 1, 1) + Period * force;
        var next = torch.cat([state.narrow(1, 0, 1) + Period * speed, speed], 1);
        if (Spec.Gradient.Kind == GradientKind.None) next = next.detach();
        var fault = next.isfinite().all(1).logical_not().to(torch.ScalarType.Int32);
        var outcome = Evaluate(state, action, next);
        return new EnvStep(
            next.MoveToOuterDisposeScope(), outcome.Observation.MoveToOuterDisposeScope(), outcome.Reward.MoveToOuterDisposeScope(),
            outcome.Terminated.MoveToOuterDisposeScope(), fault.MoveToOuterDisposeScope());
    }

    public Outcome Evaluate(torch.Tensor state, torch.Tensor action, torch.Tensor nextState)
    {
        using var scope = torch.NewDisposeScope();
        var reward = -(nextState.select(1, 0).square() + 0.1 * nextState.select(1, 1).square() + 0.01 * action.clamp(-1, 1).select(1, 0).square());
        var far = nextState.select(1, 0).abs() > 20;
        return new Outcome(nextState.alias().MoveToOuterDisposeScope(), reward.MoveToOuterDisposeScope(), far.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
    }
}
