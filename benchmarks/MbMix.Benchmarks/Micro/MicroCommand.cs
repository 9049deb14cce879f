using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary><c>micro</c>: the parts of a step, each by itself, with BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var filter = new Option<string>("--filter")
        {
            Description = "Pattern for the names of the benchmarks to run.",
            DefaultValueFactory = _ => "*",
        };
        var folder = new Option<DirectoryInfo?>("--artifacts")
        {
            Description = "Folder for reports. Default: a temporary one.",
        };
        var command = new Command("micro", "Measures the parts of a step with BenchmarkDotNet.") { filter, folder };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            // in process, so that libtorch need not be copied for a generated project, and our own runtime settings
            // apply
            var config = ManualConfig.CreateMinimumViable()
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddExporter(BenchmarkDotNet.Exporters.Csv.CsvExporter.Default)
                .WithArtifactsPath(
                    parsed.GetValue(folder)?.FullName ?? Directory.CreateTempSubdirectory("mbmix-micro").FullName);
            var switcher = BenchmarkSwitcher.FromTypes(
                [typeof(ControlSteps), typeof(GraphNodes), typeof(Interpretation)]);
            var summaries = switcher.Run(["--filter", parsed.GetValue(filter)!], config);
            if (summaries.Any(s => s.Reports.Length > 0)) return 0;
            Console.Error.WriteLine(
                $"no benchmark's name matches '{parsed.GetValue(filter)}'; "
                + "a pattern such as '*ControlSteps*' is expected.");
            return 2;
        });
        return command;
    }
}
