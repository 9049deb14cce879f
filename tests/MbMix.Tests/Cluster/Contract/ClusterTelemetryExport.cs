using System.Text.RegularExpressions;
using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>What the processes of a cluster send to a collector is what the guide says.</summary>
public sealed partial class ClusterTelemetryExport : IDisposable
{
    private readonly ClusterProcesses cluster = new();

    public ClusterTelemetryExport() => Posix.Require();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Coordinator_and_runner_send_what_is_documented()
    {
        using var receiver = new OtlpReceiver();
        cluster.Environment =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "500"),
        ];
        var serve = cluster.Serve();
        await cluster.ReadyAsync();
        var join = cluster.Join("one");
        cluster.Environment = [];
        var result = await cluster.RunAsync(
            [
                "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "1", "--out", "far", "--cluster", cluster.Address,
                .. CartPoleRuns.Small("shac").SelectMany(s => (string[])["--set", s]),
            ]);
        Assert.Equal(0, result.Code);
        await RefuseAsync();
        // what was not sent yet is sent at the end
        Shell.Signal(join, "TERM");
        Shell.Signal(serve, "TERM");
        await ClusterProcesses.UntilAsync(() => serve.HasExited && join.HasExited);
        Assert.Equal((0, 0), (serve.ExitCode, join.ExitCode));

        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Paths.Order());
        var documented = Rows(3).Select(row => (Service(row[2]), row[0], row[1])).ToList();
        Assert.Equal(9, documented.Count);
        Assert.Empty(documented.Except(receiver.Metrics));
        // and nothing of ours that is not documented
        Assert.Empty(receiver.Metrics.Where(m => m.Name.StartsWith("mbmix.", StringComparison.Ordinal)).Except(documented));

        var spans = receiver.Spans;
        var rows = Rows(2).ToList();
        Assert.Equal(4, rows.Count);
        foreach (string[] row in rows)
        {
            var span = spans.First(s => s.Name == row[0] && s.Service == Service(row[1]));
            Assert.Empty(row[2..].Except(span.Attributes.Keys));
        }
        Assert.Equal(spans.Select(s => s.Name).Distinct().Order(), rows.Select(r => r[0]).Order());

        var attempt = Assert.Single(spans, s => s.Name == "attempt run");
        Assert.Equal("finished", attempt.Attributes["mbmix.cluster.attempt.outcome"]);
        Assert.Equal("one", attempt.Attributes["mbmix.cluster.runner.name"]);
        Assert.Equal("diffrl.cartpole-swingup-v1/shac/seed0", attempt.Attributes["mbmix.cluster.run.name"]);
        // what the coordinator did for it belongs to it
        var told = spans.Where(s => s.Name == "take report" && s.Trace == attempt.Trace).ToList();
        Assert.Contains(told, s => s.Attributes["mbmix.cluster.report.kind"] == "finished");
        Assert.All(told, s => Assert.Equal(("mbmix-coordinator", attempt.Id), (s.Service, s.Parent)));
    }

    [Fact]
    public async Task Without_the_variables_nothing_of_OpenTelemetry_is_loaded()
    {
        var serve = cluster.Serve();
        await cluster.ReadyAsync();
        string maps = File.ReadAllText($"/proc/{serve.Id}/maps");
        Assert.Contains("Orleans.Core.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenTelemetry", maps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_hinders_nobody()
    {
        cluster.Environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{EmbeddedStore.FreePort()}")];
        var serve = cluster.Serve();
        await cluster.ReadyAsync();
        Shell.Signal(serve, "TERM");
        var result = await Shell.FinishAsync(serve);
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "is no address of a collector: http://HOST:PORT or https://HOST:PORT is expected.")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", "grpc or http/protobuf is expected.")]
    public async Task A_variable_that_would_be_ignored_is_refused(string name, string value, string reason)
    {
        cluster.Environment = [(name, value)];
        var result = await cluster.RunAsync("cluster", "serve", "--folder", "serve", "--port", "0");
        Assert.Equal(2, result.Code);
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith($"error: {name} is {value}", line, StringComparison.Ordinal);
        Assert.EndsWith(reason, line, StringComparison.Ordinal);
    }

    // a runner whose lease was over
    private async Task RefuseAsync()
    {
        using var client = new ClusterClient(new ClusterAddress(ClusterAddress.Parse(cluster.Address)), Shell.Patience);
        var state = await client.GetAsync<ClusterState>("status", default);
        var run = (await client.GetAsync<RunEntry[]>("runs?id=" + state.Sweeps.Single().Sweep, default)).Single();
        var late = new RunProgress { Lease = new(run.Ticket.Run, 0), Kind = ProgressKind.Checkpoint };
        Assert.True((await Assert.ThrowsAsync<RefusedException>(() => client.PostAsync<bool>("progress", late, default))).IsStale);
    }

    private static string Service(string who) => who.Contains("coordinator", StringComparison.Ordinal) ? "mbmix-coordinator" : "mbmix-runner";

    // the code in the first cells of the rows of the guide's tables that have so many cells; of the last cell, all code
    private static IEnumerable<string[]> Rows(int codes) =>
        from line in DocPages.Section("docs/cluster.md", "Metrics and traces")
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Trim('|').Split('|')
        where cells.Length == codes + 1
        select (string[])
        [
            .. cells[..2].Select(c => c.Trim().Trim('`')),
            .. codes == 2 ? Code().Matches(cells[2]).Select(m => m.Groups[1].Value) : [cells[2].Trim()],
        ];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
