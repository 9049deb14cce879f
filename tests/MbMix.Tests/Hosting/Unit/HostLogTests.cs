using System.Text;
using MbMix.Hosting;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging;
using Tensorboard;

namespace MbMix.Tests.Unit;

public sealed class HostLogTests : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_checksum_is_that_of_the_published_check_value()
    {
        byte[] digits = Encoding.ASCII.GetBytes("123456789");
        Assert.Equal(0xE3069283u, Crc32C.Append(0, digits));
        Assert.Equal(0xE3069283u, Crc32C.Append(Crc32C.Append(0, digits.AsSpan(0, 4)), digits.AsSpan(4)));
    }

    [Fact]
    public void Events_are_read_by_the_official_message_classes()
    {
        using (var logs = new RunLogs(folder.Path, new Dictionary<string, long>()))
        {
            logs.Write(Record(1, 0.5));
            logs.Write(new EvaluationRecord(1, 64, new EvaluationResult([1, 2, 6], [1, 1, 1], 0), 0.25, 0.125));
        }
        var events = HostEvents.Read(Directory.GetFiles(folder.Path, "events*").Single()).ConvertAll(Event.Parser.ParseFrom);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(64, events[1].Step);
        var scalars = events[1].Summary.Value.ToDictionary(v => v.Tag, v => v.SimpleValue);
        Assert.Equal(0.5f, scalars["loss/actor"]);
        Assert.False(scalars.ContainsKey("train/return"));
        Assert.Equal(3f, events[2].Summary.Value.Single(v => v.Tag == "evaluation/mean").SimpleValue);
    }

    [Fact]
    public void Numbers_read_back_to_the_same_bits_and_missing_ones_are_missing()
    {
        const double awkward = 0.1 + 0.2;
        using (var logs = new RunLogs(folder.Path, new Dictionary<string, long>())) logs.Write(Record(1, awkward));
        string[] lines = File.ReadAllLines(folder["metrics.csv"]);
        string[] row = lines[1].Split(','), columns = lines[0].Split(',');
        Assert.Equal(awkward, double.Parse(row[Array.IndexOf(columns, "loss/actor")], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("NaN", row[Array.IndexOf(columns, "return")]);
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder["metrics.jsonl"]))!;
        Assert.Null(json["return"]);
        Assert.Equal(awkward, json["loss/actor"]!.GetValue<double>());
    }

    [Fact]
    public void Metrics_that_change_their_names_are_an_error()
    {
        using var logs = new RunLogs(folder.Path, new Dictionary<string, long>());
        logs.Write(Record(1, 1));
        Assert.Throws<MbMixException>(() => logs.Write(Record(2, 1, "loss/critic")));
    }

    [Fact]
    public void A_log_shorter_than_its_checkpoint_is_an_error()
    {
        File.WriteAllText(folder["x.csv"], "short");
        Assert.Contains("shortened", Assert.Throws<MbMixException>(() => new LogFile(folder["x.csv"], 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_warnings_are_shown_once_and_counted()
    {
        var notices = new List<string>();
        var loggers = new RunLoggers(folder["log.txt"], notices.Add);
        var log = loggers.CreateLogger("algo");
        for (int i = 0; i < 60; i++) log.LogWarning("The loss is {Loss} in iteration {Iteration}.", 1.5e-7 * i, i);
        log.LogWarning("Something else.");
        loggers.CreateLogger("model").LogWarning("The loss is 3 in iteration 4.");
        for (int i = 0; i < 3; i++) log.LogInformation("Iteration {Iteration}.", i);
        Assert.Equal(
            ["algo: The loss is 0 in iteration 0.", "algo: Something else.", "model: The loss is 3 in iteration 4."],
            notices);
        loggers.Dispose();
        loggers.Dispose();
        Assert.Equal("algo: 59 more warnings like: The loss is 0 in iteration 0.", Assert.Single(notices[3..]));
        // three warnings, their number and three lines of information
        Assert.Equal(7, File.ReadAllLines(folder["log.txt"]).Length);
    }

    [Fact]
    public void Many_different_warnings_do_not_fill_memory_or_log()
    {
        var notices = new List<string>();
        using (var loggers = new RunLoggers(folder["log.txt"], notices.Add))
        {
            var log = loggers.CreateLogger("algo");
            for (int i = 0; i < 1000; i++)
                log.LogWarning("{Text}", new string((char)('a' + i % 26), 1 + i / 26));
        }
        Assert.Equal(201, notices.Count);
        Assert.Equal("mbmix: 800 more warnings of other kinds", notices[^1]);
        Assert.Equal(201, File.ReadAllLines(folder["log.txt"]).Length);
    }

    private static IterationRecord Record(long iteration, double loss, string name = "loss/actor") => new(iteration, new IterationReport
    {
        EnvironmentSteps = 64 * iteration,
        Episodes = new EpisodeStatistics(0, double.NaN, double.NaN, 0),
        Costs = default,
        Metrics = [new Metric(name, loss)],
        Seconds = default,
    }, 0.25);
}
