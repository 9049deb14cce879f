using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>Runs that fail, are cancelled and move, and plugins that no runner has.</summary>
public sealed class ClusterTroubles : IDisposable
{
    private readonly ClusterProcesses cluster = new();
    private readonly string plugins;

    public ClusterTroubles()
    {
        Posix.Require();
        plugins = cluster["plugins"];
        string plugin = Directory.CreateDirectory(Path.Combine(plugins, "Tests.Plugin")).FullName;
        string assembly = typeof(TestPlugin).Assembly.Location;
        File.Copy(assembly, Path.Combine(plugin, Path.GetFileName(assembly)));
    }

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_failing_run_is_retried_and_reported_and_the_others_go_on_on_plugins_that_travel()
    {
        cluster.Serve();
        await cluster.ReadyAsync();
        cluster.Join("one");
        File.WriteAllText(cluster["e.json"], """
            {
              "title": "t", "environments": ["test/point-v1"], "seeds": 1, "budget": 64,
              "arms": [
                { "label": "good", "algorithm": "test/ascent-v1", "preset": "none" },
                { "label": "bad", "algorithm": "test/ascent-v1", "preset": "none", "settings": ["SETTING"] }
              ]
            }
            """.Replace("SETTING", "algo.throwAt=2", StringComparison.Ordinal));
        var result = await cluster.RunAsync("sweep", "e.json", "--cluster", cluster.Address, "--plugins", plugins, "--out", "far");
        Assert.Equal(1, result.Code);
        Assert.Contains(result.OutputLines, l => l.Contains("good seed 0: finished", StringComparison.Ordinal));
        string log = File.ReadAllText(cluster["far/logs/test.point-v1/bad/seed0.log"]);
        // the first attempt and two more
        Assert.Equal(3, log.Split('\n').Count(l => l.StartsWith("$ ", StringComparison.Ordinal)));
        var told = await cluster.RunAsync("cluster", "logs", cluster.Address, "test.point-v1/bad/seed0");
        Assert.Equal((0, log), (told.Code, told.Output));
        var status = await cluster.RunAsync("cluster", "status", cluster.Address);
        Assert.Contains(status.OutputLines, l => l.Contains("1 finished, 0 at work, 0 waiting, 1 failed, 0 cancelled", StringComparison.Ordinal));

        // a plugin that somebody has changed on the runner is not used
        string there = Directory.GetFiles(cluster["one/plugins"], "*.dll", SearchOption.AllDirectories).Single();
        byte[] right = File.ReadAllBytes(there);
        File.WriteAllBytes(there, [.. right, 0]);
        string[] again = ["sweep", "e.json", "--arms", "good", "--cluster", cluster.Address, "--plugins", plugins];
        Assert.Equal(0, (await cluster.RunAsync([.. again, "--out", "later"])).Code);
        Assert.Equal(right, File.ReadAllBytes(there));

        // nor does a comparison go on with one that was changed here
        string here = Directory.GetFiles(plugins, "*.dll", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(here, [.. right, 0]);
        var changed = await cluster.RunAsync([.. again, "--out", "later", "--seeds", "2"]);
        Assert.NotEqual(0, changed.Code);
        Assert.Contains("plugin", Assert.Single(changed.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_whose_disk_is_full_gives_its_run_back_and_another_goes_on()
    {
        using var disk = SmallDisk.Mount(cluster["small"], 200);
        cluster.Serve();
        await cluster.ReadyAsync();
        var one = cluster.Begin("cluster", "join", cluster.Address, "--folder", "small/one", "--name", "one", "--cores", "1");
        var end = Shell.FinishAsync(cluster.Begin(
            "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "1", "--budget", "200000",
            "--set", "run.checkpointEvery=5", "--out", "far", "--cluster", cluster.Address));
        await ClusterProcesses.UntilAsync(() => Directory.Exists(cluster["small/one/runs"])
            && Directory.EnumerateFiles(cluster["small/one/runs"], "checkpoint-*.safetensors", SearchOption.AllDirectories).Any());
        disk.Fill();
        string? said;
        do said = await one.StandardOutput.ReadLineAsync();
        while (said is not null && !said.Contains("/shac/seed0: ", StringComparison.Ordinal) | !said.EndsWith("are needed", StringComparison.Ordinal));
        Assert.Contains(" MiB left, and 128 are needed", said, StringComparison.Ordinal);
        cluster.Join("two");
        var result = await end;
        Assert.Equal(0, result.Code);
        Assert.Contains(result.OutputLines, l => l.Contains("shac seed 0: finished", StringComparison.Ordinal));
        // it was no failure of the run
        using var client = new ClusterClient(new ClusterAddress(ClusterAddress.Parse(cluster.Address)), Shell.Patience);
        var state = await client.GetAsync<ClusterState>("status", default);
        var entry = Assert.Single(await client.GetAsync<RunEntry[]>("runs?id=" + state.Sweeps.Single().Sweep, default));
        Assert.Equal((0, "two"), (entry.Failures, entry.Runner));
    }

    [Fact]
    public async Task A_run_that_no_runner_can_hold_is_said_where_it_was_submitted_and_by_status()
    {
        cluster.Serve();
        await cluster.ReadyAsync();
        cluster.Join("one", "--memory", "2");
        var comparison = cluster.Begin(
            "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "2", "--out", "far", "--needs", "cores=2", "memory=4",
            "--cluster", cluster.Address);
        const string expected = "no runner can take diffrl.cartpole-swingup-v1/shac/seed0 and 1 more: it wants 2 cores, and one has 1";
        string? line;
        do line = await comparison.StandardError.ReadLineAsync().WaitAsync(Shell.Patience);
        while (line is not null && line != "note: " + expected);
        Assert.NotNull(line);
        var status = await cluster.RunAsync("cluster", "status", cluster.Address);
        Assert.Contains(expected, status.OutputLines);
    }

    [Fact]
    public async Task A_drained_runner_gives_its_run_back_and_a_cancelled_run_ends()
    {
        cluster.Serve();
        await cluster.ReadyAsync();
        var one = cluster.Join("one");
        var comparison = cluster.Begin(
            "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "1", "--budget", "100000000", "--out", "far",
            "--cluster", cluster.Address);
        var end = Shell.FinishAsync(comparison);
        await ClusterProcesses.UntilAsync(() => Directory.Exists(cluster["one/runs"])
            && Directory.EnumerateFiles(cluster["one/runs"], "metrics.csv", SearchOption.AllDirectories).Any(f => File.ReadLines(f).Skip(1).Any()));
        Assert.Equal(0, (await cluster.RunAsync("cluster", "drain", cluster.Address, "one")).Code);
        await ClusterProcesses.UntilAsync(() => one.HasExited);
        Assert.Equal(0, one.ExitCode);

        var two = cluster.Join("two");
        Assert.StartsWith("runner two: 1 core, ", await two.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        var said = two.StandardOutput.ReadLineAsync();
        // with the checkpoint that the first has saved
        Assert.EndsWith("goes on (lease 2)", await said, StringComparison.Ordinal);
        var cancel = await cluster.RunAsync("cluster", "cancel", cluster.Address, "diffrl.cartpole-swingup-v1/shac/seed0");
        Assert.Equal(["cancelled: 1"], cancel.OutputLines);
        var result = await end;
        Assert.Equal(1, result.Code);
        Assert.Contains(result.ErrorLines.Concat(result.OutputLines), l => l.Contains("was cancelled", StringComparison.Ordinal));
        var again = await cluster.RunAsync("cluster", "cancel", cluster.Address, "diffrl.cartpole-swingup-v1/shac/seed0");
        Assert.Equal((0, "cancelled: 0, because everything has ended"), (again.Code, Assert.Single(again.OutputLines)));
    }
}
