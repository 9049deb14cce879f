using System.Net;
using System.Net.Sockets;
using MbMix.Cluster;
using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Contract;

/// <summary>What the commands of a cluster say when something is wrong: one line each.</summary>
public sealed class ClusterCommands : IDisposable
{
    private readonly ClusterProcesses cluster = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var result = await cluster.RunAsync("cluster", "serve", "--folder", "serve", "--port", $"{port}");
        Assert.Equal(1, result.Code);
        Assert.Equal([$"error: The coordinator cannot use port {port}: another program is using it. Choose another port, or 0 for a free one."], result.ErrorLines);
    }

    [Fact]
    public async Task Whoever_is_not_there_is_named_by_runners_and_commands()
    {
        string[][] commands =
        [
            ["cluster", "status", cluster.Address],
            ["cluster", "join", cluster.Address, "--folder", "runner"],
            ["watch", "--cluster", cluster.Address],
            ["compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "2", "--out", "far", "--cluster", cluster.Address],
        ];
        // each of them is patient for a while
        foreach (var result in await Task.WhenAll(commands.Select(c => cluster.RunAsync(c))))
        {
            Assert.Equal(1, result.Code);
            Assert.StartsWith($"error: There is no coordinator at {cluster.Address} (", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        }
        // nothing was begun
        Assert.False(Directory.Exists(cluster["far"]));
    }

    [Theory]
    [InlineData(0, "join", "--folder", "runner")]
    [InlineData(130, "status")]
    public async Task Whoever_waits_for_a_coordinator_can_be_interrupted(int code, string command, params string[] options)
    {
        // it takes connections and says nothing
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, cluster.Port));
        silent.Listen();
        var process = cluster.Begin(["cluster", command, cluster.Address, .. options]);
        using var asked = await silent.AcceptAsync().WaitAsync(Shell.Patience);
        Shell.Signal(process, "TERM");
        var result = await Shell.FinishAsync(process);
        Assert.Equal((code, ""), (result.Code, result.Error));
    }

    [Theory]
    [InlineData("only with a token", "--listen", "0.0.0.0")]
    [InlineData("is not an address of this machine", "--listen", "somewhere")]
    [InlineData("files is not empty and holds no coordinator: choose another folder with --folder.", "--folder", "files")]
    [InlineData("cannot be read", "--token-file", "nowhere")]
    public async Task A_coordinator_that_cannot_be_safe_does_not_start(string reason, params string[] options)
    {
        Directory.CreateDirectory(cluster["files/other"]);
        string[] folder = options.Contains("--folder") ? [] : ["--folder", "serve"];
        var result = await cluster.RunAsync(["cluster", "serve", "--port", "0", .. folder, .. options]);
        Assert.Equal(2, result.Code);
        Assert.Contains(reason, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_token_nothing_is_told_and_runners_of_other_code_are_refused()
    {
        Secret("token");
        cluster.Begin("cluster", "serve", "--folder", "serve", "--port", $"{cluster.Port}", "--token-file", "token");
        var address = new ClusterAddress(ClusterAddress.Parse(cluster.Address));
        using (var stranger = new ClusterClient(address, Shell.Patience))
        {
            var refusal = await Assert.ThrowsAsync<RefusedException>(
                () => stranger.GetAsync<ClusterState>("status", CancellationToken.None));
            Assert.Contains("the token is missing or wrong", refusal.Message, StringComparison.Ordinal);
        }
        var status = await cluster.RunAsync("cluster", "status", cluster.Address, "--token-file", "token");
        Assert.Equal(0, status.Code);

        using var known = new ClusterClient(address with { TokenFile = cluster["token"] }, Shell.Patience);
        var code = (await known.GetAsync<ClusterState>("status", CancellationToken.None)).Code with { Version = "0.0.1" };
        var report = new RunnerReport("old", "1", code, 1, 1, 1000, 1000, [], "0");
        var old = await Assert.ThrowsAsync<RefusedException>(
            () => known.PostAsync<LeaseAnswer>("lease", report, CancellationToken.None));
        Assert.Contains("runner old cannot join: the coordinator has product version", old.Message, StringComparison.Ordinal);
        Assert.Contains("use the same build of mbmix on all machines", old.Message, StringComparison.Ordinal);

        var unknown = await cluster.RunAsync("cluster", "cancel", cluster.Address, "nothing", "--token-file", "token");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("there is no run and no sweep nothing", Assert.Single(unknown.ErrorLines), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;

        File.SetUnixFileMode(cluster["token"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var open = await cluster.RunAsync("cluster", "status", cluster.Address, "--token-file", "token");
        Assert.Equal((0, "note: everybody on this machine can read the token in token: chmod o= token"), (open.Code, Assert.Single(open.ErrorLines)));
    }

    private void Secret(string file)
    {
        File.WriteAllText(cluster[file], "a-token-of-some-length");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cluster[file], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
