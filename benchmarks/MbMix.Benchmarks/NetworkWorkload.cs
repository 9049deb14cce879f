using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>The network operations of one SHAC iteration, with our kernels and as torch operations.</summary>
internal sealed class NetworkWorkload : IDisposable
{
    private const int Lanes = 64;
    private const int Horizon = 32;
    private const int Passes = 16;
    private const int Minibatches = 4;

    private readonly WorkerPool workers;
    private readonly Mlp actorNetwork;
    private readonly Mlp criticNetwork;
    private readonly GaussianActor actor;
    private readonly ValueNetwork critic;
    private readonly Adam adam;
    private readonly CriticFit fit;
    private readonly RolloutFlags flags = new(Horizon, Lanes);
    private readonly PhaseClock clock;
    private readonly VectorEnv envs;
    private readonly ActionBounds bounds;
    private readonly NormalizerSnapshot snapshot;
    private readonly Tensor observations;
    private readonly Tensor targets;
    private readonly Tensor noise;

    public NetworkWorkload(int inputs, int actions, int[] actorHidden, int[] criticHidden, int threads)
    {
        workers = new WorkerPool(threads);
        actorNetwork = new Mlp(inputs, actorHidden, actions, Activation.Elu, layerNorm: true);
        criticNetwork = new Mlp(inputs, criticHidden, 1, Activation.Elu, layerNorm: true);
        actor = new GaussianActor(actorNetwork, -1, Initialization.Uniform, new CounterRandom(0, "actor"), workers);
        critic = new ValueNetwork(criticNetwork, Initialization.Orthogonal, new CounterRandom(0, "critic"), workers);
        adam = new Adam(critic.Parameters, 0.7, 0.95);
        fit = new CriticFit(critic, adam, Passes, Minibatches, 1);
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        envs = new VectorEnv(PluginEnvs.Native("diffrl/cartpole-swingup-v1", 0, context), 1, 0);
        clock = new PhaseClock(envs);
        var dimensions = Enumerable.Range(0, actions).Select(i => new Dimension($"a{i}", "N", -1, 1));
        bounds = new ActionBounds(new SpaceSpec([.. dimensions]));
        var random = new CounterRandom(0, "data");
        observations = random.NormalTensor(0, Horizon * Lanes, inputs);
        targets = random.NormalTensor(1, Horizon * Lanes);
        noise = random.NormalTensor(2, Horizon, Lanes, actions);
        var normalizer = new ObservationNormalizer(inputs);
        normalizer.Update(observations);
        snapshot = normalizer.Snapshot();
    }

    /// <summary>Operations, each with our kernels and as torch operations.</summary>
    public IEnumerable<(string What, Action Ours, Action Theirs)> Pairs() =>
    [
        ("critic's fit", () => fit.Run(observations, targets, flags, 1e-4, clock), TorchFit),
        ("policy, forward", () => Rollout(backward: false), () => TorchRollout(backward: false)),
        ("policy, forward and backward", () => Rollout(backward: true), () => TorchRollout(backward: true)),
        ("target value and gradient", () => Value(critic.TargetValue), () => Value(TorchTargetValue)),
    ];

    public void Dispose()
    {
        actor.Dispose();
        critic.Dispose();
        envs.Dispose();
        bounds.Dispose();
        snapshot.Dispose();
        observations.Dispose();
        targets.Dispose();
        noise.Dispose();
        workers.Dispose();
    }

    private Tensor TorchTargetValue(Tensor x) => criticNetwork.Forward(x, critic.Parameters.Frozen).squeeze(1);

    private void TorchFit()
    {
        int batch = Lanes * Horizon / Minibatches;
        for (int pass = 0; pass < Passes; pass++)
        {
            for (int at = 0; at < Lanes * Horizon; at += batch)
            {
                using var scope = torch.NewDisposeScope();
                var inputs = observations.narrow(0, at, batch);
                var values = criticNetwork.Forward(inputs, critic.Parameters.Trainable).squeeze(1);
                var error = torch.nn.functional.mse_loss(values, targets.narrow(0, at, batch));
                Backward.Run(error);
                error.item<float>();
                adam.Step(1e-4, 1);
            }
        }
    }

    // without dynamics: each step acts on its own observations, whose gradient is computed too
    private void Rollout(bool backward)
    {
        using var scope = torch.NewDisposeScope();
        using var mode = torch.set_grad_enabled(backward);
        var window = actor.BeginWindow(noise, snapshot, bounds);
        var actions = new Tensor[Horizon];
        for (int t = 0; t < Horizon; t++) actions[t] = window.Act(t, Observation(t, backward));
        if (backward) Finish(actions);
    }

    private void TorchRollout(bool backward)
    {
        using var scope = torch.NewDisposeScope();
        using var mode = torch.set_grad_enabled(backward);
        var offsets = (noise * actor.LogStd.exp()).unbind(0);
        var actions = new Tensor[Horizon];
        for (int t = 0; t < Horizon; t++)
        {
            var inputs = snapshot.Normalize(Observation(t, backward));
            var mean = actorNetwork.Forward(inputs, actor.Parameters.Trainable);
            actions[t] = bounds.Scale(torch.tanh(mean + offsets[t]));
        }
        if (backward) Finish(actions);
    }

    private Tensor Observation(int t, bool gradient) =>
        observations.narrow(0, t * Lanes, Lanes).detach().requires_grad_(gradient);

    private void Finish(Tensor[] actions)
    {
        Backward.Run(torch.cat(actions).sum());
        actor.Parameters.ZeroGradients();
    }

    private void Value(Func<Tensor, Tensor> value)
    {
        using var scope = torch.NewDisposeScope();
        var x = observations.detach().requires_grad_(true);
        Backward.Run(value(x).sum());
    }
}
