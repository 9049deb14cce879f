using System.Globalization;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>Talks to a coordinator for the command.</summary>
internal sealed class ClusterConnection(ClusterAddress address) : IClusterConnection
{
    private readonly ClusterClient client = new(address, TimeSpan.FromSeconds(5));

    // a sweep outlasts a coordinator that is started again
    private readonly ClusterClient patient = new(address, TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken stop)
    {
        var state = await client.GetAsync<ClusterState>("status", stop).ConfigureAwait(false);
        List<string> lines = [$"coordinator {address.Uri.Authority}, mbmix {state.Code.Version}"];
        foreach (var runner in state.Runners)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"runner {runner.Name}: {Amount.Of(runner.Runs, "run")} on {Amount.Of(runner.Cores, "core")}, ")
                + string.Create(CultureInfo.InvariantCulture, $"heard of {runner.SilentSeconds:0} s ago")
                + (runner.Drain ? ", ending" : ""));
        }
        if (state.Runners.Length == 0) lines.Add("no runners: start some with `mbmix cluster join`");
        foreach (var sweep in state.Sweeps)
        {
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"sweep {sweep.Sweep}: {sweep.Finished} finished, {sweep.Leased} at work, {sweep.Queued} waiting, ")
                + string.Create(CultureInfo.InvariantCulture, $"{sweep.Failed} failed, {sweep.Cancelled} cancelled"));
            if (sweep.Trouble is { } trouble) lines.Add($"  {trouble}");
        }
        return lines;
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
    public IRunLauncher Launcher(ComparisonPlan plan, Action<string> say) =>
        new ClusterLauncher(patient, plan, say);

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        patient.Dispose();
    }
}
