using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>A comparison on a cluster whose processes are killed ends like one on this machine.</summary>
public sealed class ClusterKills : IDisposable
{
    private readonly ClusterProcesses cluster = new();

    public ClusterKills() => Posix.Require();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Killed_runners_and_a_killed_coordinator_change_no_bit_of_a_comparison()
    {
        string[] small = CartPoleRuns.Small("mbmix");
        string[] compare =
        [
            "compare", "--env", CartPoleRuns.Environment, "--algo", "mbmix", "--seeds", "2",
            .. small.Append("run.checkpointEvery=2").Append("run.budget=24576").SelectMany(s => (string[])["--set", s]),
        ];
        var local = cluster.RunAsync([.. compare, "--jobs", "2", "--out", "local"]);
        var serve = cluster.Serve();
        await cluster.ReadyAsync();
        var one = cluster.Join("one");
        var two = cluster.Join("two");
        var comparison = cluster.Begin([.. compare, "--out", "far", "--cluster", cluster.Address]);
        var end = Shell.FinishAsync(comparison);

        // a run that has a checkpoint loses its runner
        var begun = await BegunAsync();
        ClusterProcesses.Kill(begun.Runner == "one" ? one : two);
        cluster.Join(begun.Runner);
        await ClusterProcesses.UntilAsync(async () => await EntryAsync(begun.Ticket.Run) is { Fence: > 1 });
        ClusterProcesses.Kill(serve);
        cluster.Serve();
        await cluster.ReadyAsync();

        var result = await end;
        Assert.Equal((0, 0), ((await local).Code, result.Code));
        string[] runs = Directory.GetDirectories(cluster["local/runs"], "seed*", SearchOption.AllDirectories);
        Assert.Equal(2, runs.Length);
        foreach (string run in runs)
            Assert.Null(SameRuns.Difference(run, cluster["far/" + Path.GetRelativePath(cluster["local"], run)]));
        string[] Files(string folder) =>
        [
            .. Directory.GetFileSystemEntries(cluster[folder]).Select(f => Path.GetFileName(f)!)
                .Where(f => f is not "cluster.json").Order(StringComparer.Ordinal),
        ];
        Assert.Equal(Files("local"), Files("far"));
        string[] Table(string folder) => [.. File.ReadLines(cluster[folder + "/summary.csv"]).Select(l => string.Join(',', l.Split(',')[..6]))];
        Assert.Equal(Table("local"), Table("far"));

        // attached again, there is nothing to do
        var again = await cluster.RunAsync([.. compare, "--out", "far", "--cluster", cluster.Address]);
        Assert.Equal(2, again.OutputLines.Count(l => l.Contains("was done before", StringComparison.Ordinal)));
        var status = await cluster.RunAsync("cluster", "status", cluster.Address);
        Assert.Contains(status.OutputLines, l => l.Contains("2 finished, 0 at work, 0 waiting", StringComparison.Ordinal));
    }

    private async Task<RunEntry> BegunAsync()
    {
        RunEntry? begun = null;
        string sweep = "";
        await ClusterProcesses.UntilAsync(async () =>
        {
            if (!File.Exists(cluster["far/cluster.json"])) return false;
            sweep = File.ReadAllText(cluster["far/cluster.json"]).Split('"')[3];
            begun = (await AskAsync<SweepNews>($"sweeps/{sweep}?after=0")).Runs
                .FirstOrDefault(e => e.Phase == RunPhase.Leased && e.Files.Length > 0);
            return begun is not null;
        });
        return begun!;
    }

    private async Task<RunEntry> EntryAsync(string run) => (await AskAsync<RunEntry[]>("runs?id=" + run))[0];

    private async Task<T> AskAsync<T>(string path)
    {
        using var client = new ClusterClient(new ClusterAddress(ClusterAddress.Parse(cluster.Address)), Shell.Patience);
        return await client.GetAsync<T>(path, CancellationToken.None);
    }
}
