using System.Globalization;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>Talks to a coordinator for the command.</summary>
internal sealed class ClusterConnection(ClusterAddress address) : IClusterConnection
{
    private const int MostLabels = 20;

    private readonly ClusterClient client = new(address, TimeSpan.FromSeconds(10));

    private ClusterClient? patient;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken stop)
    {
        var glance = await ObserveAsync(stop).ConfigureAwait(false);
        List<string> lines = [$"coordinator {glance.Coordinator}, mbmix {glance.Version}"];
        foreach (var runner in glance.Runners)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"runner {runner.Name}: {Amount.Of(runner.Runs, "run")} on {runner.BusyCores} of ")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Amount.Of(runner.Cores, "core")}, heard of {runner.SilentSeconds:0} s ago")
                + (runner.Ending ? ", ending" : ""));
        }
        if (glance.Runners.Count == 0) lines.Add("no runners: start some with `mbmix cluster join`");
        foreach (var sweep in glance.Sweeps)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"sweep {sweep.Name}: {sweep.Finished} finished, {sweep.AtWork} at work, {sweep.Waiting} waiting, ")
                + string.Create(CultureInfo.InvariantCulture, $"{sweep.Failed} failed, {sweep.Cancelled} cancelled")
                + SweepProgress.Remainder(sweep.Share, sweep.SecondsToGo));
            if (sweep.Trouble is { } trouble) lines.Add($"  {trouble}");
        }
        return lines;
    }

    /// <inheritdoc/>
    public async Task<ClusterGlance> ObserveAsync(CancellationToken stop)
    {
        var state = await client.GetAsync<ClusterState>("status", stop).ConfigureAwait(false);
        return new(
            address.Uri.Authority, OneLine.Value(state.Code.Version),
            [
                .. state.Runners.Select(r => new RunnerGlance(
                    OneLine.Value(r.Name), r.Runs, r.Cores, r.BusyCores, r.Memory / 1024.0, r.BusyMemory / 1024.0,
                    [.. r.Labels.Take(MostLabels).Select(OneLine.Value)], r.SilentSeconds, r.Drain)),
            ],
            [
                .. state.Sweeps.Select(s => new SweepGlance(
                    OneLine.Value(s.Sweep), s.Finished, s.Leased, s.Queued, s.Failed, s.Cancelled, s.Share,
                    s.SecondsToGo, s.Trouble is { } trouble ? OneLine.Limit(trouble) : null)),
            ],
            [
                .. state.Work.Select(w => new WorkGlance(
                    OneLine.Path(w.Name), OneLine.Value(w.Sweep), OneLine.Value(w.Runner), w.Steps, w.Budget,
                    w.Return)),
            ]);
    }

    /// <inheritdoc/>
    public Task<int> CancelAsync(string what, CancellationToken stop) => client.PostAsync<int>("cancel", what, stop);

    /// <inheritdoc/>
    public Task<int> RetryAsync(string what, CancellationToken stop) => client.PostAsync<int>("retry", what, stop);

    /// <inheritdoc/>
    public Task DrainAsync(string runner, CancellationToken stop) => client.PostAsync<bool>("drain", runner, stop);

    /// <inheritdoc/>
    public async Task LogsAsync(string run, Stream output, CancellationToken stop)
    {
        var entries = await client
            .GetAsync<RunEntry[]>("runs?id=" + Uri.EscapeDataString(run), stop).ConfigureAwait(false);
        if (entries is not [var entry])
            throw new MbMixException($"{OneLine.Value(run)} is a sweep: give the id or the name of one of its runs.");
        if (entry.Log is not { } log)
            throw new MbMixException(
                $"{OneLine.Value(entry.Ticket.Name)} has no output yet: it is sent with the first checkpoint.");
        var folder = Directory.CreateTempSubdirectory("mbmix-");
        try
        {
            var files = new BlobStore(folder.FullName, lasting: false);
            await client.FetchAsync(files, log, stop).ConfigureAwait(false);
            var content = File.OpenRead(files.PathOf(log.Hash));
            await using (content.ConfigureAwait(false)) await content.CopyToAsync(output, stop).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <inheritdoc/>
    public ISweepLauncher Launcher(ComparisonPlan plan, Func<PlannedRun, long> budget, Action<string> say) =>
        // a sweep outlasts a coordinator that is started again
        new ClusterLauncher(patient ??= new(address, TimeSpan.FromMinutes(10), say), plan, budget, say);

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        patient?.Dispose();
    }
}
