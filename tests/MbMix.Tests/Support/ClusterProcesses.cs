using System.Diagnostics;
using System.Net.Sockets;

namespace MbMix.Tests.Support;

/// <summary>A cluster of processes on this machine, in a folder of its own.</summary>
internal sealed class ClusterProcesses : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mbmix-cluster-");
    private readonly List<Process> begun = [];

    /// <summary>Port of the coordinator: one that was free a moment ago, and the same when it is started again.</summary>
    public int Port { get; } = MbMix.Cluster.EmbeddedStore.FreePort();

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Variables of the processes that are started from now on.</summary>
    public (string Name, string Value)[] Environment { get; set; } = [];

    public string this[string name] => Path.Combine(folder.FullName, name);

    public Process Serve() => Begin("cluster", "serve", "--folder", "serve", "--port", $"{Port}", "--lease", "2");

    public Process Join(string name, params string[] options) =>
        Begin(["cluster", "join", Address, "--folder", name, "--name", name, "--cores", "1", .. options]);

    public Process Begin(params string[] arguments) => BeginProgram(Shell.MbMix, arguments);

    public Process BeginProgram(string program, params string[] arguments)
    {
        var process = Shell.Start(program, arguments, folder.FullName, Environment);
        begun.Add(process);
        return process;
    }

    public Task<ShellResult> RunAsync(params string[] arguments) => Shell.FinishAsync(Begin(arguments));

    /// <summary>Waits until the coordinator answers.</summary>
    public async Task ReadyAsync()
    {
        using var http = new HttpClient();
        await UntilAsync(async () =>
        {
            try
            {
                return (await http.GetAsync($"http://{Address}/health/ready")).IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                return false;
            }
        });
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Shell.Patience) throw new TimeoutException("It did not happen.");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends a process without a word; what it has started goes on.</summary>
    public static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        foreach (var process in begun)
        {
            Shell.End(process);
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }
}
