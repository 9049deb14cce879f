using MbMix.Hosting;
using MbMix.Tests.Plugin;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Tests.Support;

/// <summary>Sessions and runs over the test plugin.</summary>
internal static class HostRuns
{
    public const string Collection = "runs that draw from torch's global random numbers";

    public static TrainingRequest Request { get; } = new() { Environment = "point", Algorithm = "ascent", Seed = 3, Threads = 1 };

    public static TrainingSessions Sessions(params IMbMixPlugin[] plugins)
    {
        var services = new ServiceCollection().AddMbMix();
        foreach (var plugin in plugins.DefaultIfEmpty(new TestPlugin())) services.AddSingleton(plugin);
        return services.BuildServiceProvider().GetRequiredService<TrainingSessions>();
    }

    public static TrainingRun Start(string folder, TrainingRequest? request = null, ITrainingObserver? observer = null)
    {
        var sessions = Sessions();
        var configuration = sessions.Resolve(request ?? Request);
        return TrainingRun.Start(sessions, configuration, RunFolder.Create(folder, configuration), observer ?? new HostObserver(), ["test"]);
    }

    public static TrainingRun Resume(string folder, ITrainingObserver? observer = null) => TrainingRun.Resume(Sessions(), RunFolder.Open(folder), observer ?? new HostObserver(), ["test"]);

    /// <summary>What two equal runs must have in common: every log without its clocks.</summary>
    public static string Comparable(string folder) => string.Join("\n", new[] { "metrics.csv", "evaluations.csv" }.Select(name => WithoutClocks(Path.Combine(folder, name))));

    private static string WithoutClocks(string path)
    {
        var rows = File.ReadAllLines(path).Select(line => line.Split(',')).ToList();
        int[] kept = [.. Enumerable.Range(0, rows[0].Length).Where(i => !rows[0][i].StartsWith("wall_", StringComparison.Ordinal) && !rows[0][i].StartsWith("seconds_", StringComparison.Ordinal))];
        return string.Join("\n", rows.Select(row => string.Join(",", kept.Select(i => row[i]))));
    }
}
