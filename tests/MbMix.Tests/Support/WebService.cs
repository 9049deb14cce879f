using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Tests.Support;

/// <summary>The web service among the samples as a process of its own, and its client.</summary>
internal sealed class WebService : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process process;
    private readonly StringBuilder said = new();

    private WebService(Process process) => this.process = process;

    public HttpClient Client { get; } = new() { Timeout = Shell.Patience };

    public static async Task<WebService> StartAsync(string program, params string[] settings)
    {
        var process = Shell.Start(program, ["--urls", "http://127.0.0.1:0", .. settings]);
        var service = new WebService(process);
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string? line)
        {
            if (line is null)
            {
                address.TrySetException(new InvalidOperationException("it ended: " + service.said));
                return;
            }
            lock (service.said) service.said.AppendLine(line);
            int at = line.IndexOf(Listening, StringComparison.Ordinal);
            if (at >= 0) address.TrySetResult(line[(at + Listening.Length)..]);
        }
        process.OutputDataReceived += (_, e) => Hear(e.Data);
        process.ErrorDataReceived += (_, e) => Hear(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            service.Client.BaseAddress = new Uri(await address.Task.WaitAsync(Shell.Patience));
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>Sends a body and returns the code and the JSON of the answer; null if it has none.</summary>
    public async Task<(int Code, JsonNode? Json)> SendAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text == "" ? null : JsonNode.Parse(text));
    }

    /// <summary>The JSON of an answer that must be fine.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await Client.GetFromJsonAsync<JsonNode>(path))!;

    /// <summary>Waits until the status of a training is as it should be.</summary>
    public async Task<JsonNode> AwaitAsync(string training, Func<JsonNode, bool> reached)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Shell.Patience)
        {
            var status = await GetAsync(training);
            if (reached(status)) return status;
            await Task.Delay(20);
        }
        throw new TimeoutException($"{training} did not get there: {await GetAsync(training)}");
    }

    /// <summary>Asks the process to end; returns its exit code and everything it said.</summary>
    public async Task<(int Code, string Said)> TerminateAsync()
    {
        Shell.Signal(process, "TERM");
        await process.WaitForExitAsync().WaitAsync(Shell.Patience);
        lock (said) return (process.ExitCode, said.ToString());
    }

    public void Dispose()
    {
        Shell.End(process);
        process.Dispose();
        Client.Dispose();
    }
}
