using MbMix.Learning;
using MbMix.Numerics;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Benchmarks;

/// <summary>One update of SAC, with our kernels and written in torch operations.</summary>
internal sealed class SacWorkload : IDisposable
{
    private const double Gamma = 0.99, Tau = 0.005, Rate = 3e-4;

    private readonly SoftActorCriticOptions options;
    private readonly SoftActorCritic agent;
    private readonly IDifferentiableEnv env;
    private readonly VectorEnv envs;
    private readonly PhaseClock clock;
    private readonly CounterRandom random = new(0, "sac");
    private readonly MetricMeans means = new();
    private readonly Transitions batch;
    private readonly Tensor observation, next, action, reward, terminated;
    private readonly nn.Module<Tensor, Tensor> actor, first, second, firstTarget, secondTarget;
    private readonly nn.Module[] all;
    private readonly TorchSharp.Modules.Parameter logAlpha = new(zeros(1));
    private readonly optim.Optimizer actorAdam, criticAdam, alphaAdam;
    private readonly int actions;
    private long updates;

    public SacWorkload(int observations, int actions, int[] hidden, int batch)
    {
        this.actions = actions;
        options = new SoftActorCriticOptions
        {
            ActorHidden = hidden,
            CriticHidden = hidden,
            BatchSize = batch,
            NormalizeObservations = false,
        };
        env = PluginEnvs.Native(
            "diffrl/cartpole-swingup-v1", 0,
            new EnvContext { Workers = new Hosting.WorkerPool(1), Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance });
        envs = new VectorEnv(env, 1, 0);
        clock = new PhaseClock(envs);
        var spec = env.Spec with
        {
            Observation = Box(observations, "o"),
            Action = Box(actions, "a"),
        };
        agent = new SoftActorCritic(options, spec, 0, "sac");
        (observation, next) = (random.NormalTensor(0, batch, observations), random.NormalTensor(1, batch, observations));
        (action, reward) = (random.UniformTensor(2, batch, actions), random.NormalTensor(3, batch));
        terminated = zeros(batch);
        this.batch = new Transitions(observation, action, reward, next, terminated);

        actor = Network(observations, hidden, 2 * actions);
        first = Network(observations + actions, hidden, 1);
        second = Network(observations + actions, hidden, 1);
        firstTarget = Network(observations + actions, hidden, 1);
        secondTarget = Network(observations + actions, hidden, 1);
        all = [actor, first, second, firstTarget, secondTarget];
        actorAdam = optim.Adam(actor.parameters(), Rate);
        criticAdam = optim.Adam(first.parameters().Concat(second.parameters()), Rate);
        alphaAdam = optim.Adam([logAlpha], Rate);
    }

    public void Ours()
    {
        using var scope = NewDisposeScope();
        agent.Update(
            batch, random.NormalTensor(2 * updates, options.BatchSize, actions),
            random.NormalTensor((2 * updates) + 1, options.BatchSize, actions), clock, means);
        updates++;
    }

    public void Theirs()
    {
        using var scope = NewDisposeScope();
        Tensor alpha = logAlpha.detach().exp(), target;
        using (no_grad())
        {
            var (nextAction, nextLog) = Sample(next);
            var nextPair = cat([next, nextAction], 1);
            var worst = minimum(firstTarget.call(nextPair), secondTarget.call(nextPair)).squeeze(1);
            target = reward + (Gamma * (1 - terminated) * (worst - (alpha * nextLog)));
        }
        var pair = cat([observation, action], 1);
        var loss = (first.call(pair).squeeze(1) - target).square().mean()
            + (second.call(pair).squeeze(1) - target).square().mean();
        criticAdam.zero_grad();
        loss.backward();
        criticAdam.step();
        loss.item<float>();

        var (sample, log) = Sample(observation);
        // the critics' parameters get no gradient from the actor's loss
        foreach (var p in first.parameters().Concat(second.parameters())) p.requires_grad_(false);
        var sampled = cat([observation, sample], 1);
        var best = minimum(first.call(sampled), second.call(sampled)).squeeze(1);
        var actorLoss = ((alpha * log) - best).mean();
        actorAdam.zero_grad();
        actorLoss.backward();
        actorAdam.step();
        foreach (var p in first.parameters().Concat(second.parameters())) p.requires_grad_(true);

        var alphaLoss = -(logAlpha * (log.detach() - actions)).mean();
        alphaAdam.zero_grad();
        alphaLoss.backward();
        alphaAdam.step();
        using (no_grad())
        {
            foreach (var (network, slow) in new[] { (first, firstTarget), (second, secondTarget) })
            {
                foreach (var (p, q) in network.parameters().Zip(slow.parameters())) q.lerp_(p, Tau);
            }
        }
    }

    public void Dispose()
    {
        foreach (var module in all) module.Dispose();
        foreach (var tensor in (Tensor[])[observation, next, action, reward, terminated, logAlpha]) tensor.Dispose();
        actorAdam.Dispose();
        criticAdam.Dispose();
        alphaAdam.Dispose();
        agent.Dispose();
        envs.Dispose();
        env.Dispose();
    }

    private (Tensor Action, Tensor Log) Sample(Tensor x)
    {
        var parts = actor.call(x).chunk(2, 1);
        var logStd = -5 + (3.5 * (parts[1].tanh() + 1));
        var noise = randn_like(parts[0]);
        var u = parts[0] + (logStd.exp() * noise);
        var log = (-0.5 * noise.square()) - logStd - (0.5 * Math.Log(2 * Math.PI))
            - (2 * (Math.Log(2) - u - nn.functional.softplus(-2 * u)));
        return (u.tanh(), log.sum(1));
    }

    private static nn.Module<Tensor, Tensor> Network(int inputs, int[] hidden, int outputs)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        foreach (int width in hidden)
        {
            layers.Add(nn.Linear(inputs, width));
            layers.Add(nn.ReLU());
            inputs = width;
        }
        layers.Add(nn.Linear(inputs, outputs));
        return nn.Sequential(layers);
    }

    private static SpaceSpec Box(int size, string name) =>
        new([.. Enumerable.Range(0, size).Select(i => new Dimension($"{name}{i}", "1", -1, 1))]);
}
