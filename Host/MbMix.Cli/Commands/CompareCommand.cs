using System.CommandLine;
using System.Runtime.InteropServices;
using MbMix.Hosting.Comparison;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix compare</c>: algorithms x environments x seeds, each as a process of its own, and the report on them.</summary>
internal static class CompareCommand
{
    private const int Interrupted = 130;

    public static Command Create(Option<string[]> plugins)
    {
        var environments = new Option<string[]>("--env") { Description = "Environments.", Required = true, AllowMultipleArgumentsPerToken = true };
        var algorithms = new Option<string[]>("--algo") { Description = "Algorithms.", Required = true, AllowMultipleArgumentsPerToken = true };
        var seeds = new Option<int>("--seeds") { Description = "Number of seeds: 0, 1, 2 ...", DefaultValueFactory = _ => 3 };
        var budget = new Option<long?>("--budget") { Description = "Environment steps of every run; without it each algorithm takes its preset's." };
        var folder = new Option<string>("--out") { Description = "Folder of the comparison; the same command goes on where it was stopped.", DefaultValueFactory = _ => Path.Combine("runs", "compare") };
        var jobs = new Option<int>("--jobs") { Description = "Runs side by side, one thread each.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var settings = new Option<string[]>("--set") { Description = "key=value for every run; may be repeated." };
        var command = new Command("compare", "Train algorithms on environments with several seeds and compare them.")
        {
            environments, algorithms, seeds, budget, folder, jobs, settings,
        };
        command.SetAction(arguments =>
        {
            var plan = new ComparisonPlan
            {
                Environments = arguments.GetRequiredValue(environments),
                Algorithms = arguments.GetRequiredValue(algorithms),
                Seeds = arguments.GetValue(seeds),
                Budget = arguments.GetValue(budget),
                Folder = arguments.GetRequiredValue(folder),
                Settings = arguments.GetValue(settings) ?? [],
                PluginFolders = arguments.GetValue(plugins) ?? [],
            };
            plan.Validate();
            return Run(plan, arguments.GetValue(jobs));
        });
        return command;
    }

    private static int Run(ComparisonPlan plan, int jobs)
    {
        var launcher = ProcessRunLauncher.ForThisProgram();
        var report = new ComparisonReport(plan);
        report.Begin(launcher);

        using var stop = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            if (!stop.IsCancellationRequested) stop.Cancel();
            else abort.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);

        using var progress = CompareProgress.For(plan, stop.Token);
        var stages = new ComparisonRunner(plan, launcher, jobs).RunAsync(progress, stop.Token, abort.Token).GetAwaiter().GetResult();
        progress.Dispose();

        var (table, note) = report.Write(stages);
        Console.WriteLine();
        Console.WriteLine(table);
        if (note is not null) Console.Error.WriteLine($"note: {note}");
        Console.WriteLine($"report: {Path.GetFullPath(plan.Folder)}");
        if (stages.All(s => s == RunStage.Finished)) return 0;
        if (!stop.IsCancellationRequested) return 1;
        Console.Error.WriteLine("interrupted: the same command goes on from here.");
        return Interrupted;
    }
}
