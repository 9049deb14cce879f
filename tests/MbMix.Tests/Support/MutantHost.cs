using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mutants;

namespace MbMix.Tests.Support;

/// <summary>Trains mutants with this repository's components, and keeps the warnings.</summary>
internal sealed class MutantHost : IDisposable
{
    private readonly ServiceProvider provider;
    private readonly Messages messages = new();

    public MutantHost(params IEnumerable<IMbMixPlugin> others)
    {
        var services = new ServiceCollection().AddMbMix();
        foreach (var plugin in BundledPlugins.All().Append(new MutantPlugin()).Concat(others))
            services.AddSingleton(plugin);
        services.AddLogging(builder => builder.AddProvider(messages));
        provider = services.BuildServiceProvider();
    }

    public IReadOnlyList<string> Warnings => messages.Lines;

    public TrainingSessions Sessions => provider.GetRequiredService<TrainingSessions>();

    /// <summary>Trains on the mutant environment for some iterations, and evaluates.</summary>
    public void Train(string algorithm, string mistake, string? model = null, int iterations = 3)
    {
        using var session = Create(algorithm, mistake, model);
        for (int i = 0; i < iterations; i++) session.Iterate();
        session.Evaluate(episodes: 2);
    }

    public TrainingSession Create(string algorithm, string mistake, string? model = null)
    {
        bool mutant = algorithm == MutantPlugin.Algorithm;
        string[] small = mutant ? [] : ["algo.environments=3", "algo.horizon=4"];
        return Sessions.Create(new TrainingRequest
        {
            Environment = MutantPlugin.Environment,
            Algorithm = algorithm,
            Model = model ?? (mutant ? "none" : null),
            Preset = "none",
            Threads = 1,
            Seed = 3,
            Budget = 1_000_000,
            Settings = [.. small, mistake],
        });
    }

    public void Dispose()
    {
        provider.Dispose();
        messages.Dispose();
    }

    private sealed class Messages : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Lines.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
