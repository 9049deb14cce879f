using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Template.Project.Tests;

/// <summary>What every environment promises to algorithms.</summary>
public sealed class EnvironmentTests(Host host) : IClassFixture<Host>
{
    private const int Lanes = 16;
    private static readonly LaneKey[] Keys = [.. Enumerable.Range(0, Lanes).Select(lane => new LaneKey(1, lane, 0))];

    [Fact]
    public void A_step_has_the_shapes_of_the_specification()
    {
        using var env = host.CreateEnvironment();
        using var scope = NewDisposeScope();
        var state = env.Reset(Keys);
        var step = env.Step(state, Actions(env));
        Assert.Equal([Lanes, env.Spec.State.Size], state.shape);
        Assert.Equal([Lanes, env.Spec.State.Size], step.NextState.shape);
        Assert.Equal([Lanes, env.Spec.Observation.Size], step.Observation.shape);
        Assert.Equal([Lanes], step.Reward.shape);
        Assert.Equal(0, step.Fault.count_nonzero().item<long>());
    }

    [Fact]
    public void Start_states_depend_on_their_keys_alone()
    {
        using var env = host.CreateEnvironment();
        using var scope = NewDisposeScope();
        var together = env.Reset(Keys);
        var alone = env.Reset([Keys[3]]);
        Assert.True(together[3].equal(alone[0]).all().item<bool>());
        Assert.False(together[3].equal(together[4]).all().item<bool>());
    }

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        using var env = host.CreateEnvironment("env.precision=double");
        using var scope = NewDisposeScope();
        var state = env.Reset(Keys);
        var action = Actions(env).requires_grad_(true);
        Total(env.Step(state, action)).backward();
        const double h = 1e-6;
        using var quiet = no_grad();
        var numerical = (Rows(env.Step(state, action + h)) - Rows(env.Step(state, action - h))) / (2 * h);
        double error = (action.grad!.sum(1) - numerical).abs().max().item<double>();
        Assert.InRange(error, 0, 1e-6);
    }

    [Fact]
    public void A_policy_learns()
    {
        var stop = TestContext.Current.CancellationToken;
        using var session = host.Sessions.Create(Host.Environment, "shac", seed: 1);
        double before = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        for (int i = 0; i < 50; i++) session.Iterate(stop);
        double after = session.Evaluate(episodes: 32, cancellationToken: stop).Mean;
        Assert.True(after > before + 20, $"the return was {before} before training and is {after} after it");
    }

    // within bounds that are -1 and 1
    private static Tensor Actions(IDifferentiableEnv env)
    {
        var values = Enumerable.Range(0, Lanes * env.Spec.Action.Size).Select(i => 0.9 * Math.Sin(i));
        return tensor(values.ToArray(), [Lanes, env.Spec.Action.Size]).to(env.Spec.StateType);
    }

    private static Tensor Rows(EnvStep step) => step.Reward + step.NextState.sum(1);

    private static Tensor Total(EnvStep step) => Rows(step).sum();
}
