using System.Diagnostics;

namespace MbMix.Cluster;

/// <summary>Measures and traces the time that a run is at work on a runner.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Activity? span;
    private string outcome = "lost";

    /// <summary>Begins.</summary>
    /// <param name="entry">The run, as of the beginning of the lease.</param>
    /// <param name="runner">Name of the runner.</param>
    public Attempt(RunEntry entry, string runner)
    {
        ClusterTelemetry.Active.Add(1);
        span = ClusterTelemetry.Source.StartActivity("attempt run");
        span?.SetTag(ClusterTelemetry.RunId, entry.Ticket.Run)
            .SetTag(ClusterTelemetry.RunName, entry.Ticket.Name)
            .SetTag(ClusterTelemetry.SweepId, entry.Ticket.Sweep)
            .SetTag(ClusterTelemetry.LeaseNumber, entry.Fence)
            .SetTag(ClusterTelemetry.RunnerName, runner);
    }

    /// <summary>Says how it ended.</summary>
    /// <param name="told">What the coordinator was told; null if the lease was over before.</param>
    public void End(ProgressKind? told)
    {
        if (told is not { } kind) return;
        outcome = kind.ToString().ToLowerInvariant();
        if (kind == ProgressKind.Failed) span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ClusterTelemetry.Active.Add(-1);
        ClusterTelemetry.Durations.Record(
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            new KeyValuePair<string, object?>(ClusterTelemetry.Outcome, outcome));
        span?.SetTag(ClusterTelemetry.Outcome, outcome);
        span?.Dispose();
    }
}
