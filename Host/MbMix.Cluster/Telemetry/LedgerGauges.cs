using System.Diagnostics.Metrics;

namespace MbMix.Cluster;

/// <summary>Shows the numbers of one coordinator as long as it runs; what it knows is at most a second old.</summary>
internal sealed class LedgerGauges : IDisposable
{
    private static readonly KeyValuePair<string, object?>[] States =
    [
        .. Enum.GetValues<RunPhase>().Select(p => new KeyValuePair<string, object?>(
            ClusterTelemetry.RunState, p.ToString().ToLowerInvariant())),
    ];

    private readonly Meter meter = new(ClusterTelemetry.Name);
    private volatile LedgerTally? tally;

    /// <summary>Begins to show them.</summary>
    public LedgerGauges()
    {
        meter.CreateObservableUpDownCounter(
            "mbmix.cluster.run.count", () => Runs(), "{run}", "Runs that the coordinator knows, by their state.");
        meter.CreateObservableUpDownCounter(
            "mbmix.cluster.runner.count", () => Runners(), "{runner}", "Runners that were heard of lately.");
    }

    /// <summary>Replaces the numbers.</summary>
    public void Set(LedgerTally now) => tally = now;

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<int>> Runs() =>
        tally is { } now ? now.Runs.Select((number, phase) => new Measurement<int>(number, States[phase])) : [];

    private IEnumerable<Measurement<int>> Runners() =>
        tally is { } now ? [new Measurement<int>(now.Runners)] : [];
}
