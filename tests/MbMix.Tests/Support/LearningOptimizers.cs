using MbMix.Algo.PPO;
using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Learning;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>Small optimizers on the point mass.</summary>
internal static class LearningOptimizers
{
    public static IPolicyOptimizer Shac(IDifferentiableEnv env, long seed, int iterations = 40, Action<ShacOptions>? change = null)
    {
        var options = new ShacOptions
        {
            Environments = 8,
            Horizon = 10,
            ActorHidden = [16],
            CriticHidden = [16],
            ActorLearningRate = 1e-2,
            CriticLearningRate = 2e-3,
            CriticPasses = 4,
        };
        change?.Invoke(options);
        return ShacPlugin.Create(options, Context(env, seed, (long)iterations * options.Environments * options.Horizon));
    }

    public static IPolicyOptimizer Ppo(IDifferentiableEnv env, long seed, Action<PpoOptions>? change = null)
    {
        var options = new PpoOptions { Environments = 16, Horizon = 40, MinibatchSize = 160, Hidden = [16] };
        change?.Invoke(options);
        return PpoPlugin.Create(options, Context(env, seed, 100_000));
    }

    public static OptimizerContext Context(IDifferentiableEnv env, long seed, long budget) =>
        new() { Env = env, Budget = budget, Seed = seed, Workers = new LearningWorkers(), Logger = NullLogger.Instance };

    /// <summary>Everything that is a result: metrics, episodes, costs. Not the seconds.</summary>
    public static string Trace(IPolicyOptimizer optimizer, int iterations)
    {
        var lines = new List<string>();
        for (int i = 0; i < iterations; i++)
        {
            var r = optimizer.Iterate(TestContext.Current.CancellationToken);
            lines.Add($"{r.EnvironmentSteps} {r.Episodes} {r.Costs} " + string.Join(" ", r.Metrics.Select(m => $"{m.Name}={m.Value:R}")));
        }
        return string.Join("\n", lines);
    }

    /// <summary>Mean return of the deterministic policy over one episode in each of 32 lanes.</summary>
    public static double Evaluate(IDifferentiableEnv env, IPolicy policy)
    {
        using var envs = new VectorEnv(env, 32, seed: 999);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var acting = new PolicyLanes(policy, envs.Lanes);
        var observation = envs.BeginWindow();
        for (int t = 0; t < env.Spec.EpisodeLength; t++)
        {
            observation = envs.Step(acting.Act(observation)).Observation;
            acting.Reset(envs.Done);
        }
        envs.EndWindow();
        return envs.ReportEpisodes().MeanReturn;
    }
}
