using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>A pendulum in closed form: angle and velocity, a torque, cosine and sine observed.</summary>
internal sealed class SwingEnv : IDifferentiableEnv
{
    public EnvSpec Spec { get; } = new()
    {
        Id = "test/swing-v1",
        State = new SpaceSpec([new Dimension("angle", "rad"), new Dimension("velocity", "rad/s")]),
        Observation = new SpaceSpec([new Dimension("cos", "1"), new Dimension("sin", "1"), new Dimension("velocity", "rad/s")]),
        Action = SpaceSpec.Box(-2, 2, "torque"),
        ControlPeriod = 0.05,
        EpisodeLength = 50,
        Gradient = GradientCapability.None,
    };

    public IStateChart Chart { get; } = new EuclideanChart(2);

    public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.zeros(lanes.Length, 2);
        Span<float> draw = stackalloc float[2];
        for (int i = 0; i < lanes.Length; i++)
        {
            var random = new MbMix.Numerics.CounterRandom(lanes[i].Seed, "test/swing");
            random.Uniform(draw, lanes[i].Episode, (int)lanes[i].Lane);
            state[i, 0] = torch.tensor(((2 * draw[0]) - 1) * MathF.PI);
            state[i, 1] = torch.tensor((2 * draw[1]) - 1);
        }
        return state;
    }

    public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) =>
        torch.stack([state.select(1, 0).cos(), state.select(1, 0).sin(), state.select(1, 1)], 1);

    public EnvStep Step(torch.Tensor state, torch.Tensor action)
    {
        torch.Tensor angle = state.select(1, 0), torque = action.select(1, 0);
        var velocity = (state.select(1, 1) + 0.05 * (15 * angle.sin() + 3 * torque)).clamp(-8, 8);
        var next = torch.stack([angle + 0.05 * velocity, velocity], 1);
        int rows = (int)state.shape[0];
        return new EnvStep(
            next, Observe(next, action), angle.cos() - 0.001 * torque.square(), torch.zeros(rows, torch.ScalarType.Bool),
            torch.zeros(rows, torch.ScalarType.Int32));
    }

    public void Dispose()
    {
    }
}
