using System.CommandLine;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix rollout</c>: writes everything that an environment computes from given start states and actions.
/// </summary>
internal static class RolloutCommand
{
    public static Command Create()
    {
        var environment = new Argument<string>("environment") { Description = ModelPath.Describe("Environment") };
        var state = new Option<string>("--state")
        {
            Description = "JSON file with start states: {\"state\": [B][S]}.",
            Required = true,
            HelpName = "FILE",
        };
        var actions = new Option<string>("--actions")
        {
            Description = "JSON file with raw actions: {\"actions\": [T][B][A]}.",
            Required = true,
            HelpName = "FILE",
        };
        var output = new Option<string>("--out")
        {
            Description = "JSON file to write.",
            Required = true,
            HelpName = "FILE",
        };
        var gradient = new Option<bool>("--gradient")
        {
            Description = "Add the gradient of the summed rewards with respect to start states and actions.",
        };
        Option<string?> task = ModelPath.Task(), simulator = ModelPath.Simulator();
        var set = Shared.Set("env");
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("rollout", "Roll an environment with given actions, to compare simulators.")
        {
            environment, task, simulator, state, actions, output, gradient, set, plugins, without,
        };
        command.SetAction(parsed => Run(
            catalog => ModelPath.Find(
                catalog, parsed.GetRequiredValue(environment), parsed.GetValue(task), parsed.GetValue(simulator)),
            parsed.GetRequiredValue(state), parsed.GetRequiredValue(actions),
            parsed.GetRequiredValue(output),
            parsed.GetValue(gradient), parsed.GetValue(set) ?? [], parsed.GetValue(plugins) ?? [],
            parsed.GetValue(without)));
        return command;
    }

    private static int Run(
        Func<PluginCatalog, EnvironmentChoice> find, string state, string actions, string output, bool gradient,
        string[] settings, string[] folders, string[]? without)
    {
        output = UserPath.NewFile(output, "the output", inPlace: true);
        var sessions = Shared.Sessions(folders, without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        int most = DocumentKind.Rollout.MaximumBytes;
        byte[] states = RegularFile.ReadAllBytes(UserPath.ExistingFile(state, "the states"), most);
        byte[] sequence = RegularFile.ReadAllBytes(UserPath.ExistingFile(actions, "the actions"), most);
        var choice = find(sessions.Catalog);
        TorchLibrary.UseOneThread();
        using var workers = new WorkerPool(1);
        using var env = sessions.CreateEnvironment(choice.Environment, [.. choice.Settings, .. settings], workers);
        using var result = new MemoryStream();
        Rollout.Run(env, states, sequence, gradient, result);
        SizeLimit.Guard(() => File.WriteAllBytes(output, result.ToArray()));
        return ExitCodes.Success;
    }
}
