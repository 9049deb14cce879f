using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.SHAC;

/// <summary>
/// Short-horizon actor-critic (Xu et al., ICLR 2022, arXiv 2204.07137). The policy ascends the gradient of the return
/// over a window of H steps plus the value of the state at its end; that gradient flows through the simulator. The
/// critic is fitted to TD(lambda) targets.
/// </summary>
internal sealed class Shac(
    ShacOptions options, long budget, VectorEnv envs, ActorCritic agent, CounterRandom noise) : IPolicyOptimizer
{
    private readonly PhaseClock clock = new(envs);
    private long iteration;

    public IPolicy Policy => agent.Policy;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = torch.NewDisposeScope();
        var rates = agent.LearningRates(envs.Steps / (double)budget);

        // roll all environments for H steps
        using var window = agent.Roll(envs, options.Horizon, noise, iteration, clock);
        cancellationToken.ThrowIfCancellationRequested();

        // objective: J = sum_t gamma^t r_t + gamma^H V(s_H) per segment between resets, averaged over steps and lanes
        var loss = MixObjective.Loss(window.Rewards, window.NextValues, window.Flags, options.Gamma, lambda: 1);
        Backward.Run(loss);
        double actorLoss = loss.item<float>();
        clock.Networks();
        cancellationToken.ThrowIfCancellationRequested();

        // descend
        var episodes = envs.ReportEpisodes();
        var update = agent.Descend(rates.Actor, window.Policy.ActionGradients, episodes.Faults, clock);
        cancellationToken.ThrowIfCancellationRequested();

        // fit the critic
        var criticFit = agent.FitCritic(window, rates.Critic, clock);
        iteration++;

        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = episodes,
            Costs = envs.ReportCosts(agent.PolicyUpdates),
            Metrics = [.. agent.Metrics(actorLoss, update, criticFit, rates, window)],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        envs.Save(writer.Section("envs"));
        agent.Save(writer.Section("agent"));
        writer.Write<long>("iteration", [iteration]);
    }

    public void Load(ICheckpointReader reader)
    {
        envs.Load(reader.Section("envs"));
        agent.Load(reader.Section("agent"));
        iteration = reader.Read<long>("iteration")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }
}
