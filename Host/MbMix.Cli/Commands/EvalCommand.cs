using System.CommandLine;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix eval</c>: evaluates the deterministic policy of a run.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run." };
        var episodes = Shared.Episodes("Number of episodes (as in the run's evaluations).");
        var seed = Shared.Seed("Seed of the start states (as in the run's evaluations).");
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var quiet = Shared.Quiet();
        var command = new Command("eval", "Evaluate the policy of a run.")
        {
            run, episodes, seed, plugins, without, quiet,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(run), parsed.GetValue(episodes), parsed.GetValue(seed),
            parsed.GetValue(plugins) ?? [], parsed.GetValue(without), parsed.GetValue(quiet)));
        return command;
    }

    private static int Run(
        string path, int? episodes, long? seed, string[] folders, string[]? without, bool quiet)
    {
        var folder = RunFolder.Open(path);
        var sessions = Shared.Sessions(folders, without, folder.ReadPluginFolders());
        Shared.WarnAboutPlugins(sessions.Catalog);
        using var policy = RunPolicy.Open(sessions, folder, Terminal.Warning);
        Shared.WarnAboutChanges(policy, folder, sessions.Catalog);
        var result = policy.Evaluate(episodes, seed);
        if (!quiet)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"{policy.Algorithm} on {policy.Env.Spec.Id} after {policy.EnvironmentSteps:N0} environment steps"));
            string middle = FormattableString.Invariant($"mean {result.Mean:F1}, median {result.Median:F1}");
            string ends = FormattableString.Invariant($"min {result.Minimum:F1}, max {result.Maximum:F1}");
            Console.WriteLine($"{Amount.Of(result.Returns.Count, "episode")}: {middle}, {ends}, faults {result.Faults}");
        }
        if (result.Failure is { } failure) Terminal.Error(failure);
        else if (result.DescribeFaults() is { } reason) Terminal.Warning(reason);
        Report.PrintReturn(result.Mean);
        return result.Failure is null ? ExitCodes.Success : ExitCodes.Failure;
    }
}
