using System.CommandLine;
using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix transfer</c>: a run's policy on two environments of the same task, and how far their dynamics lie apart.</summary>
internal static class TransferCommand
{
    private static readonly TransferRequest Defaults = new();
    private static readonly Option<string> Policy = new("--policy") { Description = "Folder of the run whose policy is taken.", HelpName = "RUN", Required = true };
    private static readonly Option<string> From = new("--from") { Description = "Environment it comes from, by id or name.", HelpName = "ENVIRONMENT", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "Environment it goes to, by id or name.", HelpName = "ENVIRONMENT", Required = true };
    private static readonly Option<int> Episodes = new("--episodes") { Description = "Episodes on each.", HelpName = "N", DefaultValueFactory = _ => Defaults.Episodes };
    private static readonly Option<int> States = new("--states") { Description = "States at which one step and its derivatives are compared; 0 for none.", HelpName = "M", DefaultValueFactory = _ => Defaults.States };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the start states.", HelpName = "S", DefaultValueFactory = _ => Defaults.Seed };
    private static readonly Option<string?> Out = new("--out") { Description = "CSV file to write.", HelpName = "FILE" };
    private static readonly Option<string[]> Set = Shared.Set("from, to");
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();

    public static Command Create()
    {
        var command = new Command("transfer", "Take a policy to another environment of the same task.")
        {
            Policy, From, To, Episodes, States, Seed, Out, Set, Plugins, Without,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] settings = parsed.GetValue(Set) ?? [];
        if (Array.Find(settings, s => !Belongs(s, "from") && !Belongs(s, "to")) is { } stray)
            throw new ConfigurationException(
                $"'{OneLine.Value(stray)}': settings of a transfer begin with 'from.' or 'to.'.");
        string? output = parsed.GetValue(Out) is { } file ? UserPath.Full(file, "the output file") : null;
        var folder = RunFolder.Open(parsed.GetRequiredValue(Policy));
        var folders = folder.ReadPluginFolders().Concat(parsed.GetValue(Plugins) ?? []);
        var sessions = Shared.Sessions(folders, parsed.GetValue(Without));
        Shared.WarnAboutPlugins(sessions.Catalog);
        using var session = sessions.Load(folder, Terminal.Warning);
        using var workers = new WorkerPool(session.Configuration.Threads);
        using var from = Environment(parsed.GetRequiredValue(From), "from");
        using var to = Environment(parsed.GetRequiredValue(To), "to");
        var report = Transfer.Run(session.Policy, session.Env.Spec, from, to, new TransferRequest
        {
            Episodes = parsed.GetValue(Episodes),
            States = parsed.GetValue(States),
            Seed = parsed.GetValue(Seed),
        });
        Console.WriteLine(FormattableString.Invariant($"{session.Configuration.Algorithm} from {session.Configuration.Environment} after {session.EnvironmentSteps:N0} environment steps\n"));
        Console.Write(report.Table());
        if (output is not null) File.WriteAllText(output, report.Csv());
        return ExitCodes.Success;

        IDifferentiableEnv Environment(string name, string side) =>
            sessions.CreateEnvironment(name, [.. settings.Where(s => Belongs(s, side)).Select(s => "env" + s[side.Length..])], workers);
    }

    private static bool Belongs(string setting, string side) => setting.StartsWith(side + ".", StringComparison.OrdinalIgnoreCase);
}
