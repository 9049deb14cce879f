using System.Reflection;
using MbMix.Hosting;
using Spectre.Console;

namespace MbMix.Cli;

/// <summary>Writes lines of limited length to standard error.</summary>
internal static class Terminal
{
    /// <summary>Leaves colors out if the variable NO_COLOR asks for that.</summary>
    public static void HonorNoColor()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    }

    /// <summary>Writes one line about an error.</summary>
    public static void Error(string message) => Write("error: ", message);

    /// <summary>Writes one line about something that the user should know.</summary>
    public static void Warning(string message) => Write("warning: ", message);

    /// <summary>Writes one line about an exception, and its stack trace on request.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(Exception exception, bool verbose)
    {
        while (exception is TargetInvocationException or AggregateException && exception.InnerException is { } inner)
            exception = inner;
        string? torch = TorchLibrary.DescribeMissing(exception);
        Error(exception switch
        {
            _ when torch is not null => torch,
            MbMixException => exception.Message,
            IOException or UnauthorizedAccessException => FileTrouble.Describe(exception),
            OutOfMemoryException => "out of memory",
            _ when PluginFaults.DescribeThrown(exception) is { } line => line,
            // a bug in MbMix; the details show its type
            _ => $"unexpected failure: {OneLine.Of(exception)}",
        });
        if (verbose) Console.Error.WriteLine(exception);
        else if (torch is null && !IsForeseen(exception)) Console.Error.WriteLine("Run with --verbose for the details.");
        return exception is ConfigurationException ? ExitCodes.Usage : ExitCodes.Failure;
    }

    private static bool IsForeseen(Exception exception) =>
        exception is MbMixException or IOException or UnauthorizedAccessException or OutOfMemoryException
            || PluginFaults.DescribeThrown(exception) is not null;

    /// <summary>Writes one line about an unhandled exception on another thread, and ends the process.</summary>
    public static void FailElsewhere(object exception)
    {
        if (exception is not Exception known) return;
        Error(TorchLibrary.DescribeMissing(known) ?? PluginFaults.Describe(known));
        Environment.Exit(ExitCodes.Failure);
    }

    private static void Write(string prefix, string message) =>
        Console.Error.WriteLine(prefix + OneLine.Limit(CommandTerms.Of(message), prefix.Length));
}
