using System.CommandLine;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Model.Ensemble;
using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Sim.Native;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>model</c>: one gradient step of the Sobolev model with and without derivatives, and one update of an actor
/// through rollouts of the model and of the environment itself.
/// </summary>
internal static class ModelCommand
{
    private const int Horizon = 32;
    private const int Rollouts = 32;
    private const int Batch = 256;
    private const int Fits = 40;

    public static Command Create()
    {
        var environment = new Option<string>("--env")
        {
            Description = "Environment of Sim.Native.",
            DefaultValueFactory = _ => "diffrl/ant-v1",
        };
        var hidden = new Option<int>("--hidden")
        {
            Description = "Width of the two hidden layers.",
            DefaultValueFactory = _ => 256,
        };
        var turns = new Option<int>("--turns")
        {
            Description = "Turns; medians are printed.",
            DefaultValueFactory = _ => 11,
        };
        var command = new Command("model", "Measures the training of a model and rollouts of it.")
        {
            environment,
            hidden,
            turns,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(environment)!, parsed.GetValue(hidden), parsed.GetValue(turns)));
        return command;
    }

    private static int Run(string environment, int hidden, int turns)
    {
        torch.set_num_threads(1);
        IMbMixPlugin[] plugins = [new SimNativePlugin(), new SobolevModelPlugin(), new EnsembleModelPlugin()];
        var catalog = new PluginCatalog(plugins, (IEnumerable<string>)[]);
        var sessions = new TrainingSessions(catalog, new MbMixHostOptions(), NullLoggerFactory.Instance);
        using var env = sessions.CreateEnvironment(environment, [], new WorkerPool(1));
        string[] ofModel =
            [FormattableString.Invariant($"model.hidden=[{hidden},{hidden}]"), "model.minimumTransitions=1"];
        using var sobolev = sessions.CreateModel(SobolevMlp.Id, ofModel, env, 0);
        using var plain = sessions.CreateModel(SobolevMlp.Id, [.. ofModel, "model.alpha=0"], env, 0);
        var agentOptions = new ActorCriticOptions { Environments = 8 };
        using var agent = ActorCritic.Build(agentOptions, env.Spec, 0, null, NullLogger.Instance);
        using var envs = new VectorEnv(env, agentOptions.Environments, 0);
        using var scope = torch.NewDisposeScope();
        using var window = agent.Roll(envs, Horizon, new CounterRandom(0, "noise"), 0, keepTransitions: true);
        var settings = new ModelLearnerSettings(Fits, 1, Batch, 4096, 1000);
        var learners = new[] { sobolev, plain }.Select(m => new ModelLearner(m, env, settings, 100_000, 0)).ToArray();
        Measure("fit with derivatives", turns, Fits, () => learners[0].Learn(window, 0));
        Measure("fit of values alone", turns, Fits, () => learners[1].Learn(window, 0));
        Measure("update through the model", turns, 1, () => Update(learners[1].Predict));
        Measure(
            "update through the environment", turns, 1,
            () => Update((state, action) => env.Step(state, action).NextState));
        Ensemble(sessions, env, turns);
        return 0;

        void Update(Func<torch.Tensor, torch.Tensor, torch.Tensor> predict)
        {
            using var inner = torch.NewDisposeScope();
            var rollout = ModelRollout.Roll(
                agent, (IPredictiveEnv)env, predict, window, torch.arange(Rollouts),
                new CounterRandom(0, "noise").NormalTensor(1, Horizon, Rollouts, env.Spec.Action.Size));
            Backward.Run(MixObjective.Loss(rollout.Rewards, rollout.NextValues, rollout.Flags, 0.99, 0.95));
            agent.Actor.Parameters.ZeroGradients();
        }
    }

    private static void Ensemble(TrainingSessions sessions, IDifferentiableEnv env, int turns)
    {
        using var model = (IProbabilisticModel)sessions.CreateModel(EnsembleModelPlugin.Id, [], env, 0);
        const int transitions = 10_000;
        var random = new CounterRandom(0, "transitions");
        torch.Tensor Rows(torch.Tensor of, int count) => of.repeat((count + of.shape[0] - 1) / of.shape[0], 1)[..count];
        var start = env.Reset([.. Enumerable.Range(0, 64).Select(lane => new LaneKey(0, lane, 0))]);
        var state = Rows(start, transitions);
        var action = (random.UniformTensor(0, transitions, env.Spec.Action.Size) * 2) - 1;
        var change = 0.1 * random.NormalTensor(1, transitions, env.Chart.TangentSize);
        var data = new TransitionBatch(state, action, env.Chart.Integrate(state, change));
        Measure(
            "epoch of an ensemble, 10,000 rows", turns, 1, () => model.Train(data, 0, 1, CancellationToken.None));
        Measure("its samples, 16,800 rows", turns, 1, () =>
        {
            using var noGrad = torch.no_grad();
            Sample(16_800, false);
        });
        Measure("its samples and back, 256 rows", turns, 1, () => Sample(256, true));

        void Sample(int count, bool back)
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor s = Rows(state, count), a = Rows(action, count);
            if (back) (s, a) = (s.detach().clone().requires_grad_(true), a.detach().clone().requires_grad_(true));
            var members = torch.arange(count, torch.ScalarType.Int64).remainder(model.Members);
            var next = model.Sample(s, a, members, random.NormalTensor(2, count, env.Chart.TangentSize));
            if (back) Backward.Run(next.sum());
        }
    }

    private static void Measure(string what, int turns, int parts, Action action)
    {
        var times = new double[turns];
        for (int turn = -2; turn < turns; turn++)
        {
            var before = Environment.CpuUsage.TotalTime;
            action();
            // the first turns only warm up
            if (turn >= 0) times[turn] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / parts;
        }
        Array.Sort(times);
        Console.WriteLine(FormattableString.Invariant(
            $"{what,-32} {times[turns / 2],8:F2} ms ({times[0]:F2} to {times[^1]:F2})"));
    }
}
