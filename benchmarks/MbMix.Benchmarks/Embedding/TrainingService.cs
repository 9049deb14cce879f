using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MbMix.Benchmarks.Embedding;

/// <summary>The web service as a process of its own, and its client.</summary>
internal sealed class TrainingService : IDisposable
{
    private const string Listening = "Now listening on: ";
    private const long Endless = 1_000_000_000_000;

    private readonly Process process;

    private TrainingService(Process process, string address)
    {
        this.process = process;
        var connections = new SocketsHttpHandler { MaxConnectionsPerServer = 64 };
        Client = new HttpClient(connections) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };
    }

    public HttpClient Client { get; }

    public static async Task<TrainingService> Start(FileInfo program, string runs, CancellationToken stop)
    {
        string[] settings =
        [
            "--urls=http://127.0.0.1:0", $"--Trainings:Folder={runs}",
            FormattableString.Invariant($"--Trainings:MaximumBudget={Endless}"),
        ];
        var process = Process.Start(
            new ProcessStartInfo(program.FullName, settings) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            {
                // the rest of what it says must not fill the pipe
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new TrainingService(process, line[(at + Listening.Length)..]);
            }
        }
        throw new InvalidOperationException($"{program} ended before it listened.");
    }

    /// <summary>Starts a training and waits until it has a policy.</summary>
    public async Task<string> Train(string environment, CancellationToken stop)
    {
        var order = new JsonObject
        {
            ["environment"] = environment,
            ["algorithm"] = "shac",
            ["budget"] = Endless,
            ["settings"] = new JsonObject { ["run.evaluations"] = 0, ["run.checkpointEvery"] = 500 },
        };
        using var response = await Client.PostAsJsonAsync("/trainings", order, stop);
        response.EnsureSuccessStatusCode();
        string training = (await response.Content.ReadFromJsonAsync<JsonNode>(stop))!["id"]!.GetValue<string>();
        while ((await Status(training, stop)).Iteration < 5) await Task.Delay(50, stop);
        return training;
    }

    public async Task<int> ObservationSize(string training, CancellationToken stop) =>
        (await Get($"/trainings/{training}/policy", stop))["observation"]!.AsArray().Count;

    public async Task<TrainingProgress> Status(string training, CancellationToken stop)
    {
        var json = await Get($"/trainings/{training}", stop);
        string state = json["state"]!.GetValue<string>();
        if (state == "failed") throw new InvalidOperationException(json["message"]!.GetValue<string>());
        return new TrainingProgress(
            state, json["iteration"]!.GetValue<long>(), json["environmentSteps"]!.GetValue<long>(),
            json["trainSeconds"]!.GetValue<double>(), Stopwatch.GetTimestamp(), ProcessorTime());
    }

    public async Task<(double WorkingSetMb, double ManagedMb)> Memory(CancellationToken stop)
    {
        var data = (await Get("/health", stop))["trainings"]!;
        double Megabytes(string name) => data[name]!.GetValue<long>() / 1048576.0;
        return (Megabytes("workingSetBytes"), Megabytes("managedBytes"));
    }

    /// <summary>Cancels a training and returns the time until it has ended.</summary>
    public async Task<TimeSpan> Cancel(string training, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using var response = await Client.DeleteAsync(new Uri($"/trainings/{training}", UriKind.Relative), stop);
        response.EnsureSuccessStatusCode();
        while ((await Status(training, stop)).State != "canceled") await Task.Delay(1, stop);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Asks the process to end and returns its exit code and the time it took.</summary>
    public async Task<(int Code, TimeSpan Time)> Terminate(CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
        Client.Dispose();
    }

    private TimeSpan ProcessorTime()
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private async Task<JsonNode> Get(string path, CancellationToken stop) =>
        (await Client.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative), stop))!;
}
