using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary>The web service that trains in the background and acts meanwhile, built from packages.</summary>
[Collection(PackagedSamplesCollection.Name)]
public sealed class AspNetSample(PackagedSamples samples) : IDisposable
{
    // iterations of milliseconds, and more of them than anybody waits for; a policy that changes, but slowly, because one
    // whose actions are all at their bounds would not show it
    private const string Long =
        """
        {
          "environment": "cartpole-swingup", "algorithm": "shac", "seed": 7, "budget": 100000000,
          "settings": {
            "algo.environments": 16, "algo.horizon": 4, "algo.actorHidden": [16], "algo.criticHidden": [16],
            "algo.actorLearningRate": 1e-6, "algo.finalLearningRate": 1e-7, "run.evaluations": 0
          }
        }
        """;
    private const string Upright = """{ "observation": [0, 0, 0, 1, 0] }""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_trains_acts_cancels_and_ends_with_the_training_saved()
    {
        using var service = await WebService.StartAsync(
            samples.AspNet, "--Trainings:Folder", folder["runs"], "--Trainings:Queued", "1");
        Assert.Equal("Healthy", (await service.GetAsync("/health"))["status"]!.GetValue<string>());

        string first = await StartTrainingAsync(service);
        var seen = await ReadEventsAsync(service, first, 8);
        Assert.All(seen, e => Assert.Equal("progress", e.EventType));
        long[] iterations = [.. seen.Select(e => Iteration(JsonNode.Parse(e.Data)!))];
        Assert.Equal(iterations.Order(), iterations);
        Assert.True(iterations.Distinct().Count() >= 3, string.Join(' ', iterations));

        // the policy acts while it is trained, and becomes another one
        var one = await ActAsync(service, first);
        string before = await ActEverywhereAsync(service, first);
        // copies are some tenths of a second apart
        var clock = Stopwatch.StartNew();
        while (Iteration(await ActAsync(service, first)) <= Iteration(one) + 20 && clock.Elapsed < Patience)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(Iteration(await ActAsync(service, first)) > Iteration(one) + 20);
        Assert.NotEqual(before, await ActEverywhereAsync(service, first));
        var description = await service.GetAsync(first + "/policy");
        Assert.Equal((5, 1), (description["observation"]!.AsArray().Count, description["action"]!.AsArray().Count));

        // one runs, one waits, and there is no place for a third
        string second = await StartTrainingAsync(service);
        var full = await service.SendAsync("POST", "/trainings", Long);
        Assert.Equal(503, full.Code);
        Assert.Equal("Too many trainings are waiting: try again later.", Detail(full.Json));
        Assert.Equal("Degraded", (await service.GetAsync("/health"))["status"]!.GetValue<string>());
        Assert.Equal(2, (await service.GetAsync("/trainings")).AsArray().Count);
        Assert.Equal(409, (await service.SendAsync("POST", second + "/act", Upright)).Code);

        // canceled at the end of the iteration, and saved there
        var (code, reply) = await service.SendAsync("DELETE", first);
        Assert.Equal(202, code);
        var canceled = await service.AwaitAsync(first, s => State(s) != "running");
        Assert.Equal("canceled", State(canceled));
        Assert.InRange(Iteration(canceled), Iteration(reply!), Iteration(reply!) + 1);
        AssertSaved(canceled);
        Assert.Equal(Iteration(canceled), Iteration(await ActAsync(service, first)));
        Assert.Equal(204, (await service.SendAsync("DELETE", first)).Code);
        Assert.Equal(404, (await service.SendAsync("GET", first)).Code);

        // the one that waited runs; the end of the service cancels it, and ends the stream of events too
        await service.AwaitAsync(second, s => Iteration(s) >= 5);
        var stream = ReadEventsAsync(service, second, int.MaxValue);
        string path = (await service.GetAsync(second))["folder"]!.GetValue<string>();
        var (exit, said) = await service.TerminateAsync();
        Assert.True(exit == 0, said);
        Assert.DoesNotContain("fail:", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.NotEmpty(await stream);
        Assert.InRange(Directory.GetFiles(Path.Combine(path, "checkpoints"), "*.safetensors").Length, 1, 2);
        int rows = (await File.ReadAllLinesAsync(Path.Combine(path, "metrics.csv"))).Length - 1;
        Assert.True(rows >= 5, $"{rows} iterations");
        Assert.True(File.Exists(CheckpointOf(path, rows)), $"no checkpoint after iteration {rows}");
    }

    [Fact]
    public async Task Bad_requests_get_one_line_and_a_training_in_memory_leaves_no_file()
    {
        using var service = await WebService.StartAsync(samples.AspNet, "--Trainings:MaximumBudget", "1000000");
        string Order(string rest) =>
            $$"""{ "environment": "cartpole-swingup", "algorithm": "shac", "budget": 64, {{rest}} }""";
        (string Body, string Expected)[] orders =
        [
            (
                """{ "environment": "cartpole", "algorithm": "shac" }""",
                "There is no environment 'cartpole'. Did you mean 'cartpole-swingup'?"),
            ("""{ "environment": "ant", "algorithm": "shak" }""", "There is no algorithm 'shak'. Did you mean 'shac'?"),
            ("""{ "environment": "ant" }""", "Which algorithm? Add 'algorithm'."),
            (Order(""" "settings": { "algo.horizn": 3 } """), "algo.horizn is unknown. Did you mean 'horizon'?"),
            (
                Order(""" "settings": { "algo.horizon": 0 } """),
                "algo.horizon = 0: a whole number from 1 to 100000 is expected."),
            (Order(""" "settings": { "horizon": 3 } """), "section"),
            (Order(""" "speed": 3 """), "The body does not have the expected form at $"),
            (Order(""" "seed": "one" """), "The body does not have the expected form at $.seed, line 1."),
            (Long, "A budget of 100000000 environment steps is too large: this server takes at most 1000000."),
            ("{", "The body does not have the expected form at $, line 1."),
            ("", "There is no body that can be read: one JSON object is expected."),
            ("null", "There is no body that can be read: one JSON object is expected."),
        ];
        foreach (var (body, expected) in orders) await AssertRefusedAsync(service, "/trainings", body, expected);
        Assert.Empty((await service.GetAsync("/trainings")).AsArray());
        var large = await service.SendAsync("POST", "/trainings", new string('1', 100_000));
        Assert.Equal((413, "The body is too large."), (large.Code, Detail(large.Json)));
        using var plain = new StringContent(Long);
        plain.Headers.ContentType = new("text/plain");
        using var refused = await service.Client.PostAsync("/trainings", plain, TestContext.Current.CancellationToken);
        string reason = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("The body is of another type: application/json is expected.", Detail(JsonNode.Parse(reason)));
        Assert.Equal(404, (await service.SendAsync("GET", "/trainings/1")).Code);
        var unknown = await service.SendAsync("DELETE", "/trainings/00000000-0000-0000-0000-000000000000");
        Assert.Equal("There is no training 00000000-0000-0000-0000-000000000000.", Detail(unknown.Json));

        string small = Order(""" "settings": { "algo.environments": 4, "algo.horizon": 4 } """);
        var (code, reply) = await service.SendAsync("POST", "/trainings", small);
        Assert.Equal(202, code);
        string training = "/trainings/" + reply!["id"]!.GetValue<string>();
        var last = (await ReadEventsAsync(service, training, int.MaxValue))[^1];
        var status = JsonNode.Parse(last.Data)!;
        Assert.Equal(("end", "completed", 4L), (last.EventType, State(status), Iteration(status)));
        Assert.True(status["evaluationReturn"]!.GetValue<double>() < 0);
        Assert.Null(status["folder"]);
        (string Body, string Expected)[] questions =
        [
            ("""{ "observation": [0, 0, 0, 1] }""", "takes 5 numbers and returns 1; it got 4"),
            ("""{ "observation": [0, 0, 0, 1e39, 0] }""", "observation[3] is too large for a number."),
            (
                """{ "observation": [0, 0, 0, null, 0] }""",
                "The body does not have the expected form at $.observation[3], line 1."),
            ("{ }", "it got 0"),
        ];
        foreach (var (body, expected) in questions)
            await AssertRefusedAsync(service, training + "/act", body, expected);
        await ActAsync(service, training);
        var (exit, said) = await service.TerminateAsync();
        Assert.True(exit == 0, said);
        Assert.DoesNotContain("fail:", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static async Task<string> StartTrainingAsync(WebService service)
    {
        var (code, reply) = await service.SendAsync("POST", "/trainings", Long);
        Assert.True(code == 202, $"{code}: {reply}");
        return "/trainings/" + reply!["id"]!.GetValue<string>();
    }

    private static async Task<JsonNode> ActAsync(WebService service, string training)
    {
        var (code, answer) = await service.SendAsync("POST", training + "/act", Upright);
        Assert.True(code == 200, $"{code}: {answer}");
        Assert.InRange(Assert.Single(answer!["action"]!.AsArray())!.GetValue<double>(), -1, 1);
        return answer;
    }

    // a single action may be at its bound before and after
    private static async Task<string> ActEverywhereAsync(WebService service, string training)
    {
        string[] angles = ["0, 1", "0, -1", "1, 0", "-1, 0"];
        var actions = new List<string>();
        for (int position = -2; position <= 2; position++)
        {
            foreach (string angle in angles)
            {
                string observation = $$"""{ "observation": [{{position}}, 0, {{angle}}, {{-position}}] }""";
                var (code, answer) = await service.SendAsync("POST", training + "/act", observation);
                Assert.True(code == 200, $"{code}: {answer}");
                actions.Add(answer!["action"]!.ToJsonString());
            }
        }
        return string.Join(' ', actions);
    }

    private static async Task<List<SseItem<string>>> ReadEventsAsync(WebService service, string training, int count)
    {
        var events = new List<SseItem<string>>();
        using var stream = await service.Client.GetStreamAsync(training + "/events");
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            events.Add(item);
            if (events.Count == count) break;
        }
        return events;
    }

    private static async Task AssertRefusedAsync(WebService service, string path, string body, string expected)
    {
        var (code, json) = await service.SendAsync("POST", path, body);
        string detail = Detail(json);
        Assert.True(code == 400, $"{body}: {code} {json}");
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', detail);
        Assert.DoesNotContain("Samples.", detail, StringComparison.Ordinal);
    }

    private static void AssertSaved(JsonNode status)
    {
        string path = status["folder"]!.GetValue<string>();
        long iteration = Iteration(status);
        Assert.True(File.Exists(CheckpointOf(path, iteration)), $"no checkpoint after iteration {iteration}");
        Assert.True(File.Exists(Path.Combine(path, "policy", "policy.safetensors")));
    }

    private static string CheckpointOf(string path, long iteration) =>
        Path.Combine(path, "checkpoints", FormattableString.Invariant($"checkpoint-{iteration:D9}.safetensors"));

    private static long Iteration(JsonNode json) => json["iteration"]!.GetValue<long>();

    private static string State(JsonNode status) => status["state"]!.GetValue<string>();

    private static string Detail(JsonNode? problem) => problem?["detail"]?.GetValue<string>() ?? "no detail";
}
