using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MbMix.Cluster;

/// <summary>
/// What a cluster measures and traces, by the names of docs/cluster.md. It costs next to nothing unless somebody
/// listens.
/// </summary>
internal static class ClusterTelemetry
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "MbMix.Cluster";

    /// <summary>Names of attributes.</summary>
    public const string RunState = "mbmix.cluster.run.state", RunId = "mbmix.cluster.run.id",
        RunName = "mbmix.cluster.run.name", SweepId = "mbmix.cluster.sweep.id",
        RunCount = "mbmix.cluster.submit.run_count", LeaseNumber = "mbmix.cluster.lease.number",
        RunnerName = "mbmix.cluster.runner.name", ReportKind = "mbmix.cluster.report.kind",
        Outcome = "mbmix.cluster.attempt.outcome";

    private static readonly Meter Meter = new(Name);

    // from ten seconds to two days
    private static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400, 172800],
    };

    /// <summary>The source of activities.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Leases that were given.</summary>
    public static Counter<long> Grants { get; } = Meter.CreateCounter<long>(
        "mbmix.cluster.lease.grants", "{lease}", "Leases that the coordinator gave to runners.");

    /// <summary>Leases that ended because nothing was heard of the runner.</summary>
    public static Counter<long> Expirations { get; } = Meter.CreateCounter<long>(
        "mbmix.cluster.lease.expirations", "{lease}", "Leases that ended because nothing was heard of the runner.");

    /// <summary>News that came too late.</summary>
    public static Counter<long> Refusals { get; } = Meter.CreateCounter<long>(
        "mbmix.cluster.report.refusals", "{report}", "News of runs that were refused because the lease was over.");

    /// <summary>Bytes of files that have arrived whole.</summary>
    public static Counter<long> Received { get; } = Meter.CreateCounter<long>(
        "mbmix.cluster.file.received", "By", "Files of runs and plugins that have arrived at the coordinator.");

    /// <summary>Runs at work on this runner.</summary>
    public static UpDownCounter<long> Active { get; } = Meter.CreateUpDownCounter<long>(
        "mbmix.cluster.attempt.active", "{attempt}", "Runs at work on the runner.");

    /// <summary>How long runs were at work on a runner.</summary>
    public static Histogram<double> Durations { get; } = Meter.CreateHistogram(
        "mbmix.cluster.attempt.duration", "s", "How long a run was at work on the runner, from its lease to its end.",
        tags: null, Long);
}
