using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>Stores, disks and connections that fail: each is waited for or told in one line, and nothing is lost.</summary>
public sealed class ClusterFaults : IDisposable
{
    private static readonly CodeStamp Code = CodeStamp.OfThisProgram;

    private readonly ClusterProcesses cluster = new();
    private int question;

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_store_that_is_gone_for_a_while_is_waited_for()
    {
        int port = EmbeddedStore.FreePort();
        var store = Store(port);
        await AnswersAsync(port);
        var options = new ClusterServeOptions { Folder = cluster["serve"], Port = 0, Redis = $"127.0.0.1:{port}" };
        await using (var server = await ClusterServer.StartAsync(options))
        {
            using var client = Client(server);
            await client.PostAsync<int>("submit", new[] { Ticket("a"), Ticket("b") }, default);
            var lease = await LeaseAsync(client);
            ClusterProcesses.Kill(store);
            var words = new ConcurrentQueue<string>();
            using var runner = new ClusterClient(new ClusterAddress(server.Address), Shell.Patience, words.Enqueue);
            var told = runner.PostAsync<bool>("progress", End(lease, ProgressKind.Finished), default);
            var submitted = client.PostAsync<int>("submit", new[] { Ticket("c") }, default);
            await ClusterProcesses.UntilAsync(() => !words.IsEmpty);
            Assert.Contains("the store does not answer", words.First(), StringComparison.Ordinal);
            Assert.False(told.IsCompleted || submitted.IsCompleted);
            Store(port);
            await Task.WhenAll(told, submitted);
        }
        // what was answered is there for the next coordinator, too
        await using var later = await ClusterServer.StartAsync(options);
        using var other = Client(later);
        var sweep = Assert.Single((await other.GetAsync<ClusterState>("status", default)).Sweeps);
        Assert.Equal((1, 2, 0), (sweep.Finished, sweep.Queued, sweep.Failed));
    }

    [Fact]
    public async Task A_coordinator_without_its_store_says_so_in_one_line()
    {
        string store = $"127.0.0.1:{EmbeddedStore.FreePort()}";
        var result = await cluster.RunAsync("cluster", "serve", "--folder", "serve", "--port", "0", "--redis", store);
        Assert.Equal(1, result.Code);
        Assert.Equal($"error: The coordinator has no store at {store} (the store does not answer.): start it there, or name another one with --redis.", Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task A_file_that_is_cut_on_its_way_is_sent_again_and_never_seen_in_part()
    {
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["serve"], Port = 0 });
        byte[] content = RandomNumberGenerator.GetBytes(2_000_000);
        File.WriteAllBytes(cluster["file"], content);
        var from = new BlobStore(cluster["from"]);
        var (hash, size) = await from.AddAsync(cluster["file"], default);
        using var proxy = new CuttingProxy(server.Address.Port, 300_000);
        using var client = new ClusterClient(new ClusterAddress(proxy.Address), Shell.Patience);
        string[] Parts(string folder) => Directory.GetFiles(cluster[folder], "*.part", SearchOption.AllDirectories);

        await client.SendAsync(from, [hash], default);
        int cut = proxy.Cut;
        Assert.True(cut > 0);
        Assert.Equal(content, File.ReadAllBytes(new BlobStore(cluster["serve/files"]).PathOf(hash)));

        proxy.Again();
        var to = new BlobStore(cluster["to"]);
        await client.FetchAsync(to, new("config.json", hash, size), default);
        Assert.True(proxy.Cut > cut);
        Assert.Equal(content, File.ReadAllBytes(to.PathOf(hash)));
        Assert.Empty(Parts("to"));
        await ClusterProcesses.UntilAsync(() => Parts("serve/files").Length == 0);
    }

    [Fact]
    public async Task Files_that_have_not_arrived_are_no_progress()
    {
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["serve"], Port = 0 });
        using var client = Client(server);
        await client.PostAsync<int>("submit", new[] { Ticket("a") }, default);
        var lease = await LeaseAsync(client);
        var news = End(lease, ProgressKind.Checkpoint) with { Files = [new("config.json", new('a', 64), 1)] };
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.PostAsync<bool>("progress", news, default));
        Assert.Contains("config.json has not arrived: send it again", refusal.Message, StringComparison.Ordinal);
        Assert.Empty((await client.GetAsync<RunEntry[]>("runs?id=a", default))[0].Files);
    }

    [Fact]
    public async Task A_finished_run_whose_files_are_gone_is_noticed_when_they_are_fetched_and_is_queued_again()
    {
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["serve"], Port = 0 });
        using var client = Client(server);
        var config = await SendConfigAsync(client);
        await client.PostAsync<int>("submit", new[] { Ticket("a") }, default);
        await client.PostAsync<bool>("progress", End(await LeaseAsync(client), ProgressKind.Finished) with { Files = [config] }, default);
        // nobody can say so of a file that is there
        Assert.Equal(0, await client.PostAsync<int>("lost", new[] { config.Hash }, default));
        File.Delete(new BlobStore(cluster["serve/files"]).PathOf(config.Hash));
        var lost = await Assert.ThrowsAsync<LostFileException>(() => client.FetchAsync(new BlobStore(cluster["to"]), config, default));
        Assert.Equal("config.json is gone from the coordinator's folder", lost.Message);
        var sweep = Assert.Single((await client.GetAsync<ClusterState>("status", default)).Sweeps);
        Assert.Equal((0, 1), (sweep.Finished, sweep.Queued));
    }

    [Fact]
    public async Task A_run_that_was_begun_with_other_vectors_waits_and_the_status_says_why()
    {
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["serve"], Port = 0 });
        using var client = Client(server);
        var config = await SendConfigAsync(client);
        await client.PostAsync<int>("submit", new[] { Ticket("a") }, default);
        var lease = await LeaseAsync(client);
        int other = Code.VectorBits * 2;
        var begun = End(lease, ProgressKind.Released) with { Files = [config], VectorBits = other };
        await client.PostAsync<bool>("progress", begun, default);
        var report = new RunnerReport("one", "one", Code, 1, 1, 4096, 4096, [], $"{question++}");
        Assert.Null((await client.PostAsync<LeaseAnswer>("lease", report, default)).Run);
        var status = await cluster.RunAsync("cluster", "status", server.Address.Authority);
        Assert.Contains(
            $"no runner can take name of a: it was begun with vectors of {other} bits, and one has {Code.VectorBits}", status.OutputLines);
        var wide = report with { Name = "two", Instance = "two", Code = Code with { VectorBits = other } };
        Assert.Equal("a", (await client.PostAsync<LeaseAnswer>("lease", wide, default)).Run?.Ticket.Run);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_in_one_line()
    {
        File.WriteAllText(cluster["token"], "a-token-of-some-length");
        File.WriteAllText(cluster["other"], "another-token-of-some-length");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cluster["other"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var options = new ClusterServeOptions { Folder = cluster["serve"], Port = 0, TokenFile = cluster["token"] };
        await using var server = await ClusterServer.StartAsync(options);
        string address = server.Address.Authority;
        string[][] commands =
        [
            ["cluster", "join", address, "--folder", "runner", "--token-file", "other"],
            ["compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "1", "--out", "far", "--cluster", address],
        ];
        foreach (string[] command in commands)
        {
            var result = await cluster.RunAsync(command);
            Assert.Equal(1, result.Code);
            Assert.Contains(
                result.ErrorLines.Concat(result.OutputLines),
                l => l.Contains($"{address} says: the token is missing or wrong", StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_full_disk_of_the_coordinator_is_waited_for()
    {
        using var disk = SmallDisk.Mount(cluster["disk"], 160);
        await using var server = await ClusterServer.StartAsync(new() { Folder = cluster["disk/serve"], Port = 0 });
        using var client = Client(server);
        File.WriteAllBytes(cluster["file"], RandomNumberGenerator.GetBytes(1_000_000));
        var files = new BlobStore(cluster["files"]);
        var (hash, _) = await files.AddAsync(cluster["file"], default);
        disk.Fill();
        var words = new ConcurrentQueue<string>();
        using var runner = new ClusterClient(new ClusterAddress(server.Address), Shell.Patience, words.Enqueue);
        var sent = runner.SendAsync(files, [hash], default);
        await ClusterProcesses.UntilAsync(() => !words.IsEmpty);
        Assert.Contains("the coordinator cannot read or write its files: No space left", words.First(), StringComparison.Ordinal);
        Assert.False(sent.IsCompleted);
        disk.Free();
        await sent;
        Assert.Empty(await client.PostAsync<string[]>("missing", new[] { hash }, default));
    }

    [Fact]
    public async Task A_full_disk_of_the_store_ends_the_coordinator_in_one_line_and_another_start_goes_on()
    {
        using var disk = SmallDisk.Mount(cluster["disk"], 160);
        string[] serve = ["cluster", "serve", "--folder", "disk/serve", "--port", $"{cluster.Port}"];
        var first = cluster.RunAsync(serve);
        using var client = new ClusterClient(new ClusterAddress(ClusterAddress.Parse(cluster.Address)), Shell.Patience);
        var code = (await client.GetAsync<ClusterState>("status", default)).Code;
        await client.PostAsync<int>("submit", new[] { Ticket("a") with { Code = code } }, default);
        var lease = await LeaseAsync(client);
        disk.Fill();
        // more than what is left of the last block
        var many = Enumerable.Range(0, 500).Select(i => Ticket($"b{i}")).ToArray();
        var submitted = client.PostAsync<int>("submit", many, default);
        var result = await first;
        Assert.Equal(1, result.Code);
        Assert.StartsWith("error: The store of the coordinator is broken (", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.False(submitted.IsCompleted);
        disk.Free();
        cluster.Begin(serve);
        await submitted;
        await client.PostAsync<bool>("progress", End(lease, ProgressKind.Finished), default);
        var sweep = Assert.Single((await client.GetAsync<ClusterState>("status", default)).Sweeps);
        Assert.Equal((1, 500), (sweep.Finished, sweep.Queued));
    }

    private static ClusterClient Client(ClusterServer server) => new(new ClusterAddress(server.Address), Shell.Patience);

    private static RunTicket Ticket(string run) => new()
    {
        Run = run,
        Sweep = "s",
        Name = "name of " + run,
        Arguments = ["train", "x", "--algo", "y"],
        Code = Code,
    };

    private static RunProgress End(HeldLease lease, ProgressKind kind) =>
        new() { Lease = lease, Kind = kind, Files = [], VectorBits = Code.VectorBits };

    private async Task<FileEntry> SendConfigAsync(ClusterClient client)
    {
        File.WriteAllText(cluster["file"], "{}");
        var files = new BlobStore(cluster["files"]);
        var (hash, size) = await files.AddAsync(cluster["file"], default);
        await client.SendAsync(files, [hash], default);
        return new("config.json", hash, size);
    }

    private async Task<HeldLease> LeaseAsync(ClusterClient client)
    {
        // the command has other plugins beside it than the tests
        var code = (await client.GetAsync<ClusterState>("status", default)).Code;
        var report = new RunnerReport("one", "one", code, 1, 1, 4096, 4096, [], $"{question++}");
        var run = (await client.PostAsync<LeaseAnswer>("lease", report, default)).Run!;
        return new(run.Ticket.Run, run.Fence);
    }

    private System.Diagnostics.Process Store(int port) =>
        cluster.Begin("cluster", "store", "--folder", "store", "--port", $"{port}");

    private static Task AnswersAsync(int port) => ClusterProcesses.UntilAsync(async () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });
}
