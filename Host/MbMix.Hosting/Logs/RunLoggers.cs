using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>
/// Creates the loggers of a run. Everything is written to <c>log.txt</c>; warnings are also passed on to the observer.
/// </summary>
internal sealed class RunLoggers(string path, Action<string> notice) : ILoggerFactory
{
    private readonly Lock gate = new();

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ssZ} {level} {category}: {message}\n");
        if (exception is not null) line += exception + "\n";
        lock (gate)
        {
            try
            {
                File.AppendAllText(path, line);
            }
            catch (IOException)
            {
                // the logs that matter report a full disk
            }
        }
        if (level >= LogLevel.Warning && exception is null) notice($"{category}: {message}");
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
