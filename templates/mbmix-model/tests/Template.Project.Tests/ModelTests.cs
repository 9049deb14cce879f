using MbMix;
using MbMix.Hosting;
using TorchSharp;
using static TorchSharp.torch;

namespace Template.Project.Tests;

/// <summary>What every dynamics model promises to algorithms.</summary>
public sealed class ModelTests(Host host) : IClassFixture<Host>
{
    private const int Rows = 256;

    [Fact]
    public void A_prediction_has_the_shape_of_the_state()
    {
        using var env = host.CreateEnvironment();
        using var model = host.Sessions.CreateModel(Host.Model, [], env, seed: 1);
        using var scope = NewDisposeScope();
        var (state, action, next) = Transitions(env, seed: 1);
        Assert.Equal(next.shape, model.Predict(state, action).shape);
    }

    [Fact]
    public void It_learns_to_predict_transitions_that_it_has_not_seen()
    {
        using var env = host.CreateEnvironment();
        using var model = host.Sessions.CreateModel(Host.Model, [], env, seed: 1);
        using var scope = NewDisposeScope();
        for (int i = 0; i < 20; i++)
        {
            var (state, action, next) = Transitions(env, seed: 10 + i);
            model.Fit(new TransitionBatch(state, action, next));
        }
        var (s, a, truth) = Transitions(env, seed: 1);
        double error = (model.Predict(s, a) - truth).square().mean().item<float>();
        double still = (s - truth).square().mean().item<float>();
        Assert.True(error < 0.1 * still, $"the error is {error}, that of predicting no change {still}");
    }

    [Fact]
    public void Gradients_reach_state_and_action()
    {
        using var env = host.CreateEnvironment();
        using var model = host.Sessions.CreateModel(Host.Model, [], env, seed: 1);
        using var scope = NewDisposeScope();
        var (state, action, next) = Transitions(env, seed: 1);
        model.Fit(new TransitionBatch(state, action, next));
        state.requires_grad_(true);
        action.requires_grad_(true);
        model.Predict(state, action).sum().backward();
        Assert.True(state.grad!.abs().sum().item<float>() > 0);
        Assert.True(action.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void An_algorithm_trains_with_it()
    {
        using var session = host.Sessions.Create(new TrainingRequest
        {
            Environment = "cartpole-swingup",
            Algorithm = "mbmix",
            Model = Host.Model,
            Seed = 1,
        });
        for (int i = 0; i < 3; i++) session.Iterate(TestContext.Current.CancellationToken);
        Assert.Equal(3, session.Iteration);
    }

    // start states under random actions, one step each; the caller's dispose scope owns them
    private static (Tensor State, Tensor Action, Tensor Next) Transitions(IDifferentiableEnv env, int seed)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        LaneKey[] keys = [.. Enumerable.Range(0, Rows).Select(lane => new LaneKey(seed, lane, 0))];
        var state = env.Reset(keys);
        var random = new Random(seed);
        var values = Enumerable.Range(0, Rows * env.Spec.Action.Size).Select(_ => (2 * random.NextSingle()) - 1);
        var action = tensor(values.ToArray(), [Rows, env.Spec.Action.Size]);
        var next = env.Step(state, action).NextState;
        return (state.MoveToOuterDisposeScope(), action.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
    }
}
