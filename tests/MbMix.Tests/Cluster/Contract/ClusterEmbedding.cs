using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>A program with a host runs a coordinator and a runner.</summary>
public sealed class ClusterEmbedding : IDisposable
{
    private readonly ClusterProcesses cluster = new();
    private readonly ConcurrentQueue<string> lines = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_host_with_a_coordinator_and_a_runner_does_a_sweep_of_the_command_and_stops()
    {
        using (var host = Host(o => (o.Serve, o.Join) = (Serve(), Join())))
        {
            await host.StartAsync();
            // whoever starts after the services may ask at once
            using var http = new HttpClient();
            Assert.Equal("ok", await http.GetStringAsync($"http://{cluster.Address}/health/ready"));
            var result = await cluster.RunAsync([.. Compare("2"), .. CartPoleRuns.Small("shac").SelectMany(s => (string[])["--set", s])]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            Assert.Equal(2, Directory.GetFiles(cluster["far"], "result.json", SearchOption.AllDirectories).Length);
            var status = await cluster.RunAsync("cluster", "status", cluster.Address);
            Assert.Contains(status.OutputLines, l => l.Contains("2 finished, 0 at work, 0 waiting, 0 failed", StringComparison.Ordinal));
            await host.StopAsync();
        }
        Assert.Equal($"coordinator: http://{cluster.Address}/", lines.First());
        Assert.Equal(2, lines.Count(l => l.EndsWith(": finished", StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFiles(cluster["runner/processes"]));
        // port and folders are free for others
        var serve = cluster.Begin("cluster", "serve", "--folder", "serve", "--port", $"{cluster.Port}");
        await cluster.ReadyAsync();
        Assert.False(serve.HasExited);
    }

    [Fact]
    public async Task A_host_that_stops_gives_its_runs_back_and_leaves_no_process()
    {
        using var host = Host(o => (o.Serve, o.Join) = (Serve(), Join()));
        await host.StartAsync();
        cluster.Begin([.. Compare("1"), "--budget", "100000000"]);
        string processes = cluster["runner/processes"];
        // a run that is stopped in its first iteration has nothing to save
        await ClusterProcesses.UntilAsync(() => Directory.GetFiles(cluster["runner/runs"], "metrics.csv", SearchOption.AllDirectories).Any(f => File.ReadLines(f).Skip(1).Any()));
        using var training = Process.GetProcessById(int.Parse(Path.GetFileName(Directory.GetFiles(processes).Single()), null));
        await host.StopAsync();
        Assert.True(training.HasExited);
        Assert.Empty(Directory.GetFiles(processes));
        Assert.Contains(lines, l => l.EndsWith(": released", StringComparison.Ordinal));

        // with its checkpoint, for the next runner
        await using var server = await ClusterServer.StartAsync(Serve());
        using var client = new ClusterClient(new ClusterAddress(server.Address), Shell.Patience);
        var sweep = Assert.Single((await client.GetAsync<ClusterState>("status", default)).Sweeps);
        var entry = Assert.Single((await client.GetAsync<SweepNews>($"sweeps/{sweep.Sweep}?after=0", default)).Runs);
        Assert.Equal((RunPhase.Queued, 0), (entry.Phase, entry.Failures));
        Assert.Contains(entry.Files, f => f.Name.StartsWith("checkpoints/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_that_start_at_once_find_each_other()
    {
        using var host = Host(o => (o.Serve, o.Join) = (Serve(), Join()), o => o.ServicesStartConcurrently = true);
        await host.StartAsync();
        using var client = new ClusterClient(new ClusterAddress(ClusterAddress.Parse(cluster.Address)), Shell.Patience);
        await ClusterProcesses.UntilAsync(
            async () => (await client.GetAsync<ClusterState>("status", default)).Runners is [{ Name: "embedded" }]);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_keeps_the_host_from_starting()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, cluster.Port));
        taken.Listen();
        using var host = Host(o => (o.Serve, o.Join) = (Serve(), Join()));
        var error = await Assert.ThrowsAsync<MbMixException>(() => host.RunAsync());
        Assert.Equal($"The coordinator cannot use port {cluster.Port}: another program is using it. Choose another port, or 0 for a free one.", error.Message);
    }

    [Fact]
    public async Task A_folder_that_is_taken_keeps_the_host_from_starting()
    {
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["serve"], Port = 0 });
        using var runner = new RunnerHost(Join(), _ => { });
        using (var host = Host(o => o.Serve = Serve()))
        {
            var error = await Assert.ThrowsAsync<MbMixException>(() => host.RunAsync());
            Assert.EndsWith("serve is in use by another coordinator: end it, or choose another folder.", error.Message, StringComparison.Ordinal);
        }
        using (var host = Host(o => o.Join = Join()))
        {
            var error = await Assert.ThrowsAsync<MbMixException>(() => host.RunAsync());
            Assert.EndsWith("runner is in use by another runner: end it, or choose another folder.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_runner_without_a_coordinator_ends_the_host_with_its_error()
    {
        using var host = Host(o => o.Join = Join());
        var error = await Assert.ThrowsAsync<MbMixException>(() => host.RunAsync());
        Assert.StartsWith($"There is no coordinator at {cluster.Address} (", error.Message, StringComparison.Ordinal);
        Assert.Equal(OneLine.Of(error), error.Message);
        // the folder is free again
        new RunnerHost(Join(), _ => { }).Dispose();
    }

    [Fact]
    public void What_could_not_work_is_refused_when_it_is_added()
    {
        static string Refusal(Action<MbMixClusterOptions> configure) =>
            Assert.Throws<ConfigurationException>(() => new ServiceCollection().AddMbMixCluster(configure)).Message;
        Assert.Contains("set Serve for a coordinator", Refusal(_ => { }), StringComparison.Ordinal);
        Assert.Contains("set Join.Command to the path of mbmix", Refusal(o => o.Join = Join() with { Command = [] }), StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => new RunnerHost(Join() with { Command = ["/bin/sh"] }, _ => { }));
        Assert.Contains("/bin/sh is not the mbmix of a build", error.Message, StringComparison.Ordinal);
    }

    private IHost Host(Action<MbMixClusterOptions> configure, Action<HostOptions>? options = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.Configure(options ?? (_ => { }));
        builder.Services.AddMbMixCluster(o =>
        {
            configure(o);
            o.Say = lines.Enqueue;
        });
        return builder.Build();
    }

    private ClusterServeOptions Serve() => new() { Folder = cluster["serve"], Port = cluster.Port };

    private ClusterJoinOptions Join() => new()
    {
        Address = new ClusterAddress(ClusterAddress.Parse(cluster.Address)),
        Folder = cluster["runner"],
        Name = "embedded",
        Cores = 1,
        Command = [Shell.MbMix],
    };

    private string[] Compare(string seeds) =>
    [
        "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", seeds, "--out", "far", "--cluster", cluster.Address,
    ];
}
