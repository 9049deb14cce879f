using System.CommandLine;
using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix transfer</c>: evaluates a run's policy on two environments of the same task and compares their dynamics.
/// </summary>
internal static class TransferCommand
{
    private const int MostStates = 1_000_000;

    private static readonly TransferRequest Defaults = new();
    private static readonly Option<string> Policy = new("--policy")
    {
        Description = "Folder of the run whose policy is transferred.",
        HelpName = "RUN",
        Required = true,
    };
    private static readonly Option<string> From = new("--from")
    {
        Description = ModelPath.Describe("Environment to transfer from"),
        HelpName = "ENVIRONMENT",
        Required = true,
    };
    private static readonly Option<string> To = new("--to")
    {
        Description = ModelPath.Describe("Environment to transfer to"),
        HelpName = "ENVIRONMENT",
        Required = true,
    };
    private static readonly Option<string?> Task = ModelPath.Task(), Simulator = ModelPath.Simulator();
    private static readonly Option<int?> Episodes =
        Shared.Episodes($"Number of episodes on each environment ({Defaults.Episodes}).");
    private static readonly Option<int?> States = NumberOption.Create(
        "--states", "M",
        $"Number of states at which a step and its derivatives are compared; 0 for no comparison ({Defaults.States}).",
        0, MostStates);
    private static readonly Option<long?> Seed = Shared.Seed($"Seed of the start states ({Defaults.Seed}).");
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "CSV file to write.",
        HelpName = "FILE",
    };
    private static readonly Option<string[]> Set = Shared.Set("from, to");
    private static readonly Option<string[]> Plugins = Shared.Plugins(), Without = Shared.Without();

    public static Command Create()
    {
        var command = new Command("transfer", "Transfer a policy to another environment of the same task.")
        {
            Policy, From, To, Task, Simulator, Episodes, States, Seed, Out, Set, Plugins, Without,
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
        string? output = parsed.GetValue(Out) is { } file ? UserPath.NewFile(file, "the output") : null;
        var folder = RunFolder.Open(parsed.GetRequiredValue(Policy));
        var sessions = Shared.Sessions(
            parsed.GetValue(Plugins), parsed.GetValue(Without), folder.ReadPluginFolders());
        Shared.WarnAboutPlugins(sessions.Catalog);
        TorchLibrary.Require();
        using var policy = RunPolicy.Open(sessions, folder, Terminal.Warning);
        Shared.WarnAboutChanges(policy, folder, sessions.Catalog);
        using var workers = new WorkerPool(policy.Threads);
        using var from = Environment(parsed.GetRequiredValue(From), "from");
        using var to = Environment(parsed.GetRequiredValue(To), "to");
        var report = Transfer.Run(policy.Policy, policy.Env.Spec, from, to, new TransferRequest
        {
            Episodes = parsed.GetValue(Episodes) ?? Defaults.Episodes,
            States = parsed.GetValue(States) ?? Defaults.States,
            Seed = parsed.GetValue(Seed) ?? Defaults.Seed,
        });
        Console.WriteLine(FormattableString.Invariant(
            $"{policy.Algorithm} from {policy.Env.Spec.Id} after {policy.EnvironmentSteps:N0} environment steps\n"));
        Console.Write(report.Table());
        if (output is not null) SizeLimit.Guard(() => File.WriteAllText(output, report.Csv()));
        if (report.Failure is null) return ExitCodes.Success;
        Terminal.Error(report.Failure);
        return ExitCodes.Failure;

        IDifferentiableEnv Environment(string name, string side)
        {
            var own = settings.Where(s => Belongs(s, side)).Select(s => "env" + s[side.Length..]);
            var choice = ModelPath.Find(sessions.Catalog, name, parsed.GetValue(Task), parsed.GetValue(Simulator));
            return sessions.CreateEnvironment(choice.Environment, [.. choice.Settings, .. own], workers);
        }
    }

    private static bool Belongs(string setting, string side) =>
        setting.StartsWith(side + ".", StringComparison.OrdinalIgnoreCase);
}
