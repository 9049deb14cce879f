using System.CommandLine;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary><c>mbmix export</c>: writes a policy in formats of other programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Policy = new("run|policy")
    {
        Description = "Folder of the run, or a policy file.",
    };
    private static readonly Option<string?> Onnx = Target("--onnx", "Model in the ONNX format to write.");
    private static readonly Option<string?> StateDict =
        Target("--state-dict", "State dictionary of PyTorch to write, in the safetensors format.");
    private static readonly Option<string?> Card =
        Target("--card", "JSON file to write that describes the policy and the other files.");

    public static Command Create()
    {
        var command = new Command("export", "Export a policy for other programs.") { Policy, Onnx, StateDict, Card };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var files = new ExportFiles
        {
            Onnx = parsed.GetValue(Onnx),
            StateDict = parsed.GetValue(StateDict),
            Card = parsed.GetValue(Card),
        };
        string?[] paths = [files.Onnx, files.StateDict, files.Card];
        if (Array.TrueForAll(paths, p => p is null))
        {
            throw new ConfigurationException(
                "export needs at least one file to write: --onnx FILE, --state-dict FILE or --card FILE.");
        }
        var policy = PolicyExporter.Export(parsed.GetRequiredValue(Policy), files);
        Console.WriteLine(FormattableString.Invariant(
            $"{policy.Algorithm} on {policy.Environment} after {policy.EnvironmentSteps:N0} environment steps"));
        int inputs = policy.Observation.Size, outputs = policy.Action.Size;
        Console.WriteLine(FormattableString.Invariant(
            $"{inputs} observations, {outputs} actions, one every {policy.ControlPeriod:G6} s"));
        foreach (string path in paths.OfType<string>()) Console.WriteLine($"wrote {OneLine.Path(path)}");
        return ExitCodes.Success;
    }

    private static Option<string?> Target(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "FILE",
    };
}
