using System.Reflection;
using MbMix.Hosting;

namespace MbMix.Cli;

/// <summary>What goes to standard error: lines of bounded length.</summary>
internal static class Terminal
{
    /// <summary>One line about something that went wrong.</summary>
    public static void Error(string message) => Write("error: ", message);

    /// <summary>One line about something a person should know.</summary>
    public static void Warning(string message) => Write("warning: ", message);

    /// <summary>One line about an exception, its stack only on request.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(Exception exception, bool verbose)
    {
        while (exception is TargetInvocationException or AggregateException && exception.InnerException is { } inner) exception = inner;
        Error(exception switch
        {
            MbMixException or IOException or UnauthorizedAccessException => exception.Message,
            OutOfMemoryException => "out of memory",
            // a fault of ours; its type stands in the details
            _ => $"unexpected failure: {OneLine.Of(exception)}",
        });
        if (verbose) Console.Error.WriteLine(exception);
        else if (exception is not MbMixException) Console.Error.WriteLine("Run with --verbose for the details.");
        return exception is ConfigurationException ? ExitCodes.Usage : ExitCodes.Failure;
    }

    /// <summary>One line about an exception on a thread that nobody waits for; the process ends.</summary>
    public static void FailElsewhere(object exception)
    {
        if (exception is not Exception known) return;
        Error(PluginFaults.Describe(known));
        Environment.Exit(ExitCodes.Failure);
    }

    private static void Write(string prefix, string message) =>
        Console.Error.WriteLine(prefix + OneLine.Limit(message, prefix.Length));
}
