using System.CommandLine;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix eval</c>: the deterministic policy of a run's newest checkpoint.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run." };
        var episodes = new Option<int?>("--episodes") { Description = "Episodes (as in the run's evaluations)." };
        var seed = new Option<long?>("--seed") { Description = "Seed of the start states (as in the run's evaluations)." };
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("eval", "Evaluate the policy of a run.") { run, episodes, seed, plugins, without };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(run), parsed.GetValue(episodes), parsed.GetValue(seed),
            parsed.GetValue(plugins) ?? [], parsed.GetValue(without)));
        return command;
    }

    private static int Run(string path, int? episodes, long? seed, string[] folders, string[]? without)
    {
        var folder = RunFolder.Open(path);
        var sessions = Shared.Sessions(folder.ReadPluginFolders().Concat(folders), without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        using var session = sessions.Load(folder, Terminal.Warning);
        var result = session.Evaluate(episodes, seed);
        Console.WriteLine(FormattableString.Invariant($"{session.Configuration.Algorithm} on {session.Configuration.Environment} after {session.EnvironmentSteps:N0} environment steps"));
        Console.WriteLine(FormattableString.Invariant($"{result.Returns.Count} episodes: mean {result.Mean:F1}, median {result.Median:F1}, min {result.Minimum:F1}, max {result.Maximum:F1}, faults {result.Faults}"));
        Report.PrintReturn(result);
        return ExitCodes.Success;
    }
}
