using System.CommandLine;
using System.Globalization;
using MbMix.Algo.MBMIX;
using MbMix.Hosting;
using MbMix.Model.Sobolev;
using MbMix.Sim.Native;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>memory</c>: managed and native memory over a long training run of MB-MIX with a run folder, and the time its
/// checkpoints take.
/// </summary>
internal static class MemoryCommand
{
    public static Command Create()
    {
        var environment = new Option<string>("--env")
        {
            Description = "Environment.",
            DefaultValueFactory = _ => "diffrl/cartpole-swingup-v1",
        };
        var iterations = new Option<long>("--iterations")
        {
            Description = "Iterations of 8 environments by 32 steps.",
            DefaultValueFactory = _ => 10_000,
        };
        var settings = new Option<string[]>("--set")
        {
            Description = "Further settings of the run.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = false,
        };
        var command = new Command("memory", "Trains MB-MIX and prints memory use as it goes.")
        {
            environment,
            iterations,
            settings,
        };
        command.SetAction(parsed =>
        {
            var services = new ServiceCollection().AddMbMix();
            services.AddSingleton<IMbMixPlugin>(new SimNativePlugin());
            services.AddSingleton<IMbMixPlugin>(new MbMixAlgorithmPlugin());
            services.AddSingleton<IMbMixPlugin>(new SobolevModelPlugin());
            using var provider = services.BuildServiceProvider();
            var sessions = provider.GetRequiredService<TrainingSessions>();
            long budget = parsed.GetValue(iterations) * 256;
            var configuration = sessions.Resolve(new TrainingRequest
            {
                Environment = parsed.GetValue(environment)!,
                Algorithm = "mbmix",
                Model = "sobolev-mlp",
                Threads = 1,
                Settings =
                [
                    FormattableString.Invariant($"run.budget={budget}"),
                    "run.evaluations=10",
                    "run.evaluationEpisodes=16",
                    "algo.environments=8",
                    .. parsed.GetValue(settings)!,
                ],
            });
            var folder = Directory.CreateTempSubdirectory("mbmix-memory");
            try
            {
                var target = RunFolder.Create(Path.Combine(folder.FullName, "run"), configuration);
                var sampler = new Sampler(Math.Max(1, parsed.GetValue(iterations) / 20));
                using var run = TrainingRun.Start(sessions, configuration, target, sampler, ["benchmark"]);
                run.Execute(CancellationToken.None);
                double share = run.CheckpointSeconds / run.Session.TrainSeconds;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"training {run.Session.TrainSeconds:F1} s, "
                    + $"checkpoints {run.CheckpointSeconds:F2} s: {100 * share:F2} %"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
            return 0;
        });
        return command;
    }

    private sealed class Sampler(long every) : ITrainingObserver
    {
        private const double Megabyte = 1048576;

        public void Started(TrainingRun run) =>
            Console.WriteLine("iteration,managed_live_mb,managed_committed_mb,native_mb,process_mb,tensors");

        public void Iterated(IterationRecord record)
        {
            if (record.Iteration % every != 0 && record.Iteration != 1) return;
            double live = GC.GetTotalMemory(forceFullCollection: true) / Megabyte;
            double committed = GC.GetGCMemoryInfo().TotalCommittedBytes / Megabyte;
            double process = Environment.WorkingSet / Megabyte, native = process - committed;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{record.Iteration},{live:F1},{committed:F1},{native:F1},{process:F1},{torch.Tensor.TotalCount}"));
        }

        public void Evaluated(EvaluationRecord record)
        {
        }

        public void Notice(string line) => Console.Error.WriteLine(line);
    }
}
