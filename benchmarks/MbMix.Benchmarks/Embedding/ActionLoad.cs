using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MbMix.Benchmarks.Embedding;

/// <summary>Requests actions at a fixed rate, whether or not earlier ones have been answered.</summary>
internal sealed class ActionLoad(TrainingService service, string training, int observationSize, int rate)
{
    // far more than a service that keeps up ever has open
    private const int MostOpen = 1000;

    private readonly Uri act = new($"/trainings/{training}/act", UriKind.Relative);
    private readonly Random random = new(1);
    private readonly Lock gate = new();
    private List<double> latencies = [];
    private int errors;
    private int open;

    public async Task Run(CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (long sent = 0; !stop.IsCancellationRequested;)
        {
            for (; Stopwatch.GetElapsedTime(start).TotalSeconds * rate >= sent; sent++)
            {
                long due = start + (long)(sent * (double)Stopwatch.Frequency / rate);
                if (Interlocked.Increment(ref open) <= MostOpen) _ = Ask(due, Observation());
                else Count(null);
            }
            await Task.Delay(1, CancellationToken.None);
        }
        while (Volatile.Read(ref open) > 0) await Task.Delay(1, CancellationToken.None);
    }

    /// <summary>Returns what was answered since the last call.</summary>
    public RequestCounts Take()
    {
        lock (gate)
        {
            var counts = new RequestCounts([.. latencies], errors);
            (latencies, errors) = ([], 0);
            return counts;
        }
    }

    private JsonObject Observation() => new()
    {
        ["observation"] = new JsonArray(
            [.. Enumerable.Range(0, observationSize).Select(_ => (JsonNode)(float)(random.NextDouble() - 0.5))]),
    };

    private async Task Ask(long due, JsonObject question)
    {
        try
        {
            using var response = await service.Client.PostAsJsonAsync(act, question);
            var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>();
            var action = answer!["action"]!.AsArray();
            bool valid = action.Count > 0 && action.All(a => Math.Abs(a!.GetValue<double>()) <= 1);
            Count(valid ? Stopwatch.GetElapsedTime(due).TotalMilliseconds : null);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e.Message);
            Count(null);
        }
    }

    private void Count(double? latency)
    {
        lock (gate)
        {
            if (latency is { } milliseconds) latencies.Add(milliseconds);
            else errors++;
        }
        Interlocked.Decrement(ref open);
    }
}
