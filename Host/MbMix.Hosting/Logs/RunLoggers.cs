using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>
/// Creates the loggers of a run. Messages are written to <c>log.txt</c>; warnings are also passed on to the observer.
/// Of warnings that differ only in their numbers, the first is written and shown, and the others are counted.
/// </summary>
internal sealed class RunLoggers(string path, Action<string> notice) : ILoggerFactory
{
    private readonly Lock gate = new();
    private readonly RepeatedWarnings warnings = new();

    /// <summary>Whether the file holds anything that this object has written.</summary>
    public bool Written { get; private set; }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        List<(string Category, string Line)> lines;
        lock (gate)
        {
            lines = warnings.Take();
            foreach (var (category, line) in lines) Append(LogLevel.Warning, category, line, null);
        }
        foreach (var (category, line) in lines) notice($"{category}: {line}");
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        lock (gate)
        {
            if (level >= LogLevel.Warning && !warnings.IsNew(category, message)) return;
            Append(level, category, message, exception);
        }
        if (level >= LogLevel.Warning && exception is null) notice($"{category}: {message}");
    }

    private void Append(LogLevel level, string category, string message, Exception? exception)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ} {level} {category}: {message}\n");
        if (exception is not null) line += exception + "\n";
        try
        {
            SizeLimit.Guard(() => File.AppendAllText(path, line));
            Written = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the logs that matter report a full disk
        }
    }

    private sealed class Logger(RunLoggers owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Write(logLevel, category, formatter(state, exception), exception);
        }
    }
}
