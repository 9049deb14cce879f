using System.CommandLine;
using System.Runtime.InteropServices;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix compare</c>: algorithms x environments x seeds, each as a process of its own, and the report on them.</summary>
internal static class CompareCommand
{
    private static readonly Option<string[]> Environments = new("--env") { Description = "Environments, by id or name.", HelpName = "ENVIRONMENT", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Algorithms = new("--algo") { Description = "Algorithms, by id or name.", HelpName = "ALGORITHM", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Seeds = new("--seeds") { Description = "Number of seeds: 0, 1, 2 ...", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<string> Out = new("--out") { Description = "Folder of the comparison; the same command goes on with what is in it.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("runs", "compare") };
    private static readonly Option<int> Jobs = new("--jobs") { Description = "Runs side by side, one thread each.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
    private static readonly Option<long?> Budget = Shared.Budget();
    private static readonly Option<string[]> Set = Shared.Set("env, algo, model, run");
    private static readonly Option<string[]> Plugins = Shared.Plugins();

    public static Command Create()
    {
        var command = new Command("compare", "Train algorithms on environments with several seeds and compare them.") { Environments, Algorithms, Seeds, Budget, Out, Jobs, Set, Plugins };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var plan = new ComparisonPlan
        {
            Environments = parsed.GetRequiredValue(Environments),
            Algorithms = parsed.GetRequiredValue(Algorithms),
            Seeds = parsed.GetValue(Seeds),
            Budget = parsed.GetValue(Budget),
            Folder = parsed.GetRequiredValue(Out),
            Settings = parsed.GetValue(Set) ?? [],
            PluginFolders = [.. (parsed.GetValue(Plugins) ?? []).Select(Path.GetFullPath)],
        };
        plan.Validate();
        CheckNames(plan);
        int jobs = parsed.GetValue(Jobs);
        if (jobs < 1) throw new ConfigurationException($"--jobs is the number of runs side by side and must be at least 1, not {jobs}.");
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
        if (table.Length > 0) Console.WriteLine($"\n{table}");
        if (note is not null) Console.Error.WriteLine($"note: {note}");
        Console.WriteLine($"report: {Path.GetFullPath(plan.Folder)}");
        if (stages.All(s => s == RunStage.Finished)) return ExitCodes.Success;
        if (!stop.IsCancellationRequested) return ExitCodes.Failure;
        Console.Error.WriteLine("interrupted: the same command goes on from here.");
        return ExitCodes.Interrupted;
    }

    // what is misspelt is said before the first run begins, not by every run
    private static void CheckNames(ComparisonPlan plan)
    {
        var sessions = Shared.Sessions(plan.PluginFolders);
        Shared.WarnAboutPlugins(sessions.Catalog);
        foreach (string environment in plan.Environments)
        {
            foreach (string algorithm in plan.Algorithms)
            {
                sessions.Resolve(new TrainingRequest { Environment = environment, Algorithm = algorithm, Settings = plan.Settings, Budget = plan.Budget });
            }
        }
    }
}
