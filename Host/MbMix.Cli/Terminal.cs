using System.Reflection;
using MbMix.Hosting;

namespace MbMix.Cli;

/// <summary>What goes to standard error.</summary>
internal static class Terminal
{
    /// <summary>One line about something that went wrong.</summary>
    public static void Error(string message) => Console.Error.WriteLine($"error: {message}");

    /// <summary>One line about something a person should know.</summary>
    public static void Warning(string message) => Console.Error.WriteLine($"warning: {message}");

    /// <summary>One line about an exception, its stack only on request.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(Exception exception, bool verbose)
    {
        while (exception is TargetInvocationException or AggregateException && exception.InnerException is { } inner) exception = inner;
        string text = exception switch
        {
            MbMixException or IOException or UnauthorizedAccessException => exception.Message,
            OutOfMemoryException => "out of memory",
            _ => $"{exception.GetType().Name}: {exception.Message}",
        };
        Error(text.ReplaceLineEndings(" "));
        if (verbose) Console.Error.WriteLine(exception);
        else if (exception is not MbMixException) Console.Error.WriteLine("Run with --verbose for the details.");
        return exception is ConfigurationException ? ExitCodes.Usage : ExitCodes.Failure;
    }
}
