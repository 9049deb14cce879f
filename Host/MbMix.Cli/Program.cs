using System.CommandLine;
using MbMix.Cli.Commands;
using MbMix.Hosting;

namespace MbMix.Cli;

internal static class Program
{
    // one file per command; this list is all there is to adding one
    private static readonly Func<Command>[] Commands =
        [ListCommand.Create, DescribeCommand.Create, TrainCommand.Create, EvalCommand.Create, CompareCommand.Create, StudyCommand.Create, RolloutCommand.Create, TransferCommand.Create];

    private static int Main(string[] args)
    {
        bool ended = false;
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            ended = true;
            Terminal.FailElsewhere(e.ExceptionObject);
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (ended || PluginFaults.DescribeExit() is not { } line) return;
            Terminal.Error(line);
            // whatever code the plugin chose, the command has not done its work
            if (Environment.ExitCode == ExitCodes.Success) Environment.ExitCode = ExitCodes.Failure;
        };
        int code = Run(args);
        ended = true;
        return code;
    }

    private static int Run(string[] args)
    {
        var root = new RootCommand("Learning control through differentiable physics.") { Shared.Verbose };
        foreach (var create in Commands) root.Subcommands.Add(create());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // each for itself, so that a long one does not hide the others
            Terminal.Error(
                OneLine.Join([.. parsed.Errors.Select(e => OneLine.Limit(e.Message, taken: 160)).Distinct()]));
            return ExitCodes.Usage;
        }
        try
        {
            // what the library would do on Ctrl-C or an exception, the commands and this method do
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return Terminal.Fail(e, parsed.GetValue(Shared.Verbose));
        }
    }
}
