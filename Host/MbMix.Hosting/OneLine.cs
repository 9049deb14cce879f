namespace MbMix.Hosting;

/// <summary>Error texts for people: one line, without a stack trace.</summary>
internal static class OneLine
{
    /// <summary>The innermost message that says something, its lines joined.</summary>
    public static string Of(Exception exception)
    {
        while (exception is System.Reflection.TargetInvocationException or TypeInitializationException or AggregateException && exception.InnerException is { } inner) exception = inner;
        string text = string.IsNullOrWhiteSpace(exception.Message) ? exception.GetType().Name : exception.Message;
        // native messages carry a C++ stack trace after the first line
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? exception.GetType().Name : lines[0];
    }

    /// <summary>The same with the exception's type in front, for errors that are not ours.</summary>
    public static string WithType(Exception exception)
    {
        while (exception is System.Reflection.TargetInvocationException or AggregateException && exception.InnerException is { } inner) exception = inner;
        return exception is MbMixException ? Of(exception) : $"{exception.GetType().Name}: {Of(exception)}";
    }
}
