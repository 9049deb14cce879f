using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Sim.Native;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>guard</c>: iterations of SHAC with the host's checks of plugins and without, in turns, and the time that the
/// first steps of a new environment take.
/// </summary>
internal static class GuardCommand
{
    public static Command Create()
    {
        var environment = new Option<string>("--env")
        {
            Description = "Environment of Sim.Native.",
            DefaultValueFactory = _ => "diffrl/ant-v1",
        };
        var iterations = new Option<int>("--iterations")
        {
            Description = "Iterations of each side in a turn.",
            DefaultValueFactory = _ => 20,
        };
        var turns = new Option<int>("--turns")
        {
            Description = "Turns; medians are printed.",
            DefaultValueFactory = _ => 31,
        };
        var command = new Command("guard", "Measures what the checks of plugins cost.")
        {
            environment,
            iterations,
            turns,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(environment)!, parsed.GetValue(iterations), parsed.GetValue(turns)));
        return command;
    }

    private static int Run(string environment, int iterations, int turns)
    {
        torch.set_num_threads(1);
        var catalog = new PluginCatalog([new SimNativePlugin(), new ShacPlugin()], (IEnumerable<string>)[]);
        var sessions = new TrainingSessions(catalog, new MbMixHostOptions(), NullLoggerFactory.Instance);
        var configuration = sessions.Resolve(
            new TrainingRequest { Environment = environment, Algorithm = "shac", Threads = 1 });
        using var workers = new WorkerPool(1);
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        var envEntry = catalog.Environment(configuration.Environment);
        var algorithmEntry = catalog.Algorithm(configuration.Algorithm);
        using var plain = envEntry.Create(configuration.EnvironmentOptions, context);
        long start = Stopwatch.GetTimestamp();
        using var guarded = Guarded.Environment(envEntry, configuration.EnvironmentOptions, context);
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        using (Guarded.Environment(envEntry, configuration.EnvironmentOptions, context))
        {
            double again = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Console.WriteLine(FormattableString.Invariant(
                $"{environment}: made and tried in {first:F0} ms, another one in {again:F0} ms"));
        }
        using var without = algorithmEntry.Create(configuration.AlgorithmOptions, ContextOf(plain));
        using var with = Guarded.Algorithm(algorithmEntry, configuration.AlgorithmOptions, ContextOf(guarded));
        IPolicyOptimizer[] sides = [without, with];
        var wall = new double[2][] { new double[turns], new double[turns] };
        var processor = new double[2][] { new double[turns], new double[turns] };
        for (int turn = -2; turn < turns; turn++)
        {
            for (int i = 0; i < 2; i++)
            {
                // who goes first changes, so that neither side has the warmer cache
                int side = turn % 2 == 0 ? i : 1 - i;
                var before = Environment.CpuUsage.TotalTime;
                start = Stopwatch.GetTimestamp();
                for (int k = 0; k < iterations; k++) sides[side].Iterate(default);
                // the first turns only warm up
                if (turn < 0) continue;
                wall[side][turn] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / iterations;
                processor[side][turn] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / iterations;
            }
        }
        Print("wall-clock", wall);
        Print("processor", processor);
        PrintChecks(guarded);
        return 0;

        OptimizerContext ContextOf(IDifferentiableEnv env) => new()
        {
            Env = env,
            Budget = configuration.Run.Budget,
            Seed = configuration.Seed,
            Workers = workers,
            Logger = NullLogger.Instance,
        };
    }

    // the checks alone: an environment that computes nothing, with a caller that wants gradients
    private static void PrintChecks(GuardedEnv env)
    {
        const int lanes = 64, steps = 20_000;
        using var scope = torch.NewDisposeScope();
        var state = env.Reset([.. Enumerable.Range(0, lanes).Select(i => new LaneKey(1, i, 0))]).requires_grad_(true);
        var action = torch.zeros([lanes, env.Spec.Action.Size], env.Spec.StateType).requires_grad_(true);
        using var idle = new IdleEnv(env, env.Step(state, action));
        var guarded = GuardedEnv.Wrap(idle, new Boundary("benchmark", env.Spec.Id));
        guarded.Watch(NullLogger.Instance);
        var times = new double[11];
        for (int turn = 0; turn < times.Length; turn++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++) idle.Step(state, action);
            double bare = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++) guarded.Step(state, action);
            times[turn] = (Stopwatch.GetElapsedTime(start).TotalMicroseconds - bare) / steps;
        }
        Console.WriteLine(FormattableString.Invariant($"checks alone: {Median(times):F2} us per step of the batch"));
    }

    private static void Print(string clock, double[][] times)
    {
        double without = Median(times[0]), with = Median(times[1]);
        double ratio = Median([.. times[1].Zip(times[0], (w, o) => w / o)]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock,-10} ms per iteration: without checks {without:F3}, with {with:F3}; median ratio {ratio:F4}"));
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed class IdleEnv(IDifferentiableEnv like, EnvStep step) : IDifferentiableEnv, IMeteredEnv
    {
        public EnvSpec Spec => like.Spec;

        public IStateChart Chart => like.Chart;

        public EnvCosts Costs { get; } = new();

        public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => like.Reset(lanes);

        public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => step.Observation;

        public EnvStep Step(torch.Tensor state, torch.Tensor action) => step;

        public void Dispose()
        {
        }
    }
}
