using System.CommandLine;
using MbMix.Cli.Commands;
using MbMix.Hosting;

namespace MbMix.Cli;

internal static class Program
{
    // a new command is a file of its own and an entry in this list
    private static readonly Func<Command>[] Commands =
    [
        ListCommand.Create, DescribeCommand.Create, TrainCommand.Create, EvalCommand.Create, CompareCommand.Create,
        ReportCommand.Create, WatchCommand.Create, StudyCommand.Create, RolloutCommand.Create, TransferCommand.Create,
        TuneCommand.Create, CertifyCommand.Create, ViewCommand.Create, ExportCommand.Create, InspectCommand.Create,
        ClusterCommand.Create, CompareCommand.CreateSweep,
    ];

    private static int Main(string[] args)
    {
        if (OpenFiles.FindShortage() is { } shortage)
        {
            OpenFiles.Report(shortage);
            return ExitCodes.Failure;
        }
        var output = LastingWriter.Install();
        Terminal.HonorNoColor();
        using var sizes = FileSizes.ReportLimits();
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
            // whatever exit code the plugin chose, the command did not finish its work
            if (Environment.ExitCode == ExitCodes.Success) Environment.ExitCode = ExitCodes.Failure;
        };
        int code = Run(args);
        ended = true;
        if (output.DescribeLoss() is not { } loss) return code;
        Terminal.Error(loss);
        return code == ExitCodes.Success ? ExitCodes.Failure : code;
    }

    private static int Run(string[] args)
    {
        var root = new RootCommand("Learning control through differentiable physics.") { Shared.Verbose };
        foreach (var create in Commands) root.Subcommands.Add(create());
        // no bundles such as -xyz, and an argument such as @name is no file of arguments
        var parsed = root.Parse(
            args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var errors = UsageErrors.Of(parsed);
        if (errors.Count > 0)
        {
            // limit each message separately, so that a long one does not hide the others
            int taken = errors.Count == 1 ? 0 : 160;
            Terminal.Error(OneLine.Join(errors.ConvertAll(e => OneLine.Limit(e, taken))));
            return ExitCodes.Usage;
        }
        try
        {
            MultiplyAdd.Configure();
            // the commands and this method handle Ctrl-C and exceptions themselves, instead of the library
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e)
        {
            return Terminal.Fail(e, parsed.GetValue(Shared.Verbose));
        }
    }
}
