using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

[Collection(HostRuns.Collection)]
public sealed class HostTrainingRunTests : IDisposable
{
    private static readonly string[] Identity =
    [
        "iteration", "env_steps", "episodes", "return", "length", "faults", "forward_steps", "backward_steps", "pullbacks", "differencing_steps",
        "model_steps", "policy_updates", "model_updates", "gain/position", "gain/speed", "wall_seconds", "seconds_simulation", "seconds_derivatives", "seconds_networks",
        "seconds_optimizer", "seconds_model", "seconds_rest",
    ];

    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_folder_holds_what_it_should()
    {
        var observer = new HostObserver();
        var result = Whole("a", observer)!;
        string[] metrics = File.ReadAllLines(folder["a/metrics.csv"]);
        Assert.Equal(string.Join(',', Identity), metrics[0]);
        Assert.Equal(51, metrics.Length);
        Assert.Equal(50, File.ReadAllLines(folder["a/metrics.jsonl"]).Length);
        Assert.Equal([13L, 25, 38, 50], observer.Evaluations.Select(e => e.Iteration));
        Assert.Equal(5, File.ReadAllLines(folder["a/evaluations.csv"]).Length);
        var json = JsonNode.Parse(File.ReadAllText(folder["a/result.json"]))!;
        Assert.Equal(result.Mean, json["evaluationReturn"]!.GetValue<double>());
        Assert.Equal(3200, json["envSteps"]!.GetValue<long>());
        Assert.Equal(3, JsonNode.Parse(File.ReadAllText(folder["a/config.json"]))!["seed"]!.GetValue<int>());
        Assert.Equal("test", JsonNode.Parse(File.ReadAllText(folder["a/manifest.json"]))!["starts"]![0]!["commandLine"]![0]!.GetValue<string>());
        // the test plugin's policy is not one that can be written as an artifact
        Assert.False(File.Exists(folder["a/policy/policy.safetensors"]));
        Assert.Equal(2, Directory.GetFiles(folder["a/checkpoints"]).Length);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_training_improves()
    {
        Whole("a");
        Whole("b");
        Assert.Equal(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["b"]));
        double[] means = [.. File.ReadAllLines(folder["a/evaluations.csv"]).Skip(1).Select(l => double.Parse(l.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.True(means[^1] > means[0], string.Join(' ', means));
    }

    [Fact]
    public void A_stopped_run_goes_on_as_if_nothing_had_happened()
    {
        Whole("a");
        foreach (int stop in new[] { 0, 1, 7, 20, 33 })
        {
            var observer = new HostObserver(stop);
            using var run = stop == 0 ? HostRuns.Start(folder["b"], observer: observer) : HostRuns.Resume(folder["b"], observer);
            Assert.Null(run.Execute(stop == 0 ? new CancellationToken(canceled: true) : observer.Stop));
        }
        using (var run = HostRuns.Resume(folder["b"]))
        {
            Assert.Equal(33, run.Session.Iteration);
            Assert.NotNull(run.Execute(CancellationToken.None));
        }
        Assert.Equal(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["b"]));
        Assert.Equal(6, JsonNode.Parse(File.ReadAllText(folder["b/manifest.json"]))!["starts"]!.AsArray().Count);
    }

    [Fact]
    public void Logs_are_cut_back_to_the_checkpoint()
    {
        Whole("a");
        Stopped("b", 25);
        foreach (string log in Directory.GetFiles(folder["b"], "*.csv").Concat(Directory.GetFiles(folder["b"], "*.jsonl")).Concat(Directory.GetFiles(folder["b"], "events*")))
        {
            File.AppendAllText(log, "99,half a li");
        }
        Finish("b");
        Assert.Equal(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["b"]));
        Assert.Equal(50, File.ReadAllLines(folder["b/metrics.jsonl"]).Length);
        Assert.Equal(55, HostEvents.Read(Directory.GetFiles(folder["b"], "events*").Single()).Count);
    }

    [Fact]
    public void A_damaged_checkpoint_costs_a_line_and_some_time_but_no_bits()
    {
        Whole("a");
        Stopped("b", 25);
        string newest = Directory.GetFiles(folder["b/checkpoints"]).Max()!;
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);
        var observer = new HostObserver();
        using (var run = HostRuns.Resume(folder["b"], observer))
        {
            Assert.Equal(20, run.Session.Iteration);
            run.Execute(CancellationToken.None);
        }
        Assert.Contains("checkpoint-000000025.safetensors is damaged", Assert.Single(observer.Notices), StringComparison.Ordinal);
        Assert.Equal(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["b"]));
    }

    [Fact]
    public void A_run_without_a_checkpoint_begins_again()
    {
        Whole("a");
        Stopped("b", 25);
        Directory.Delete(folder["b/checkpoints"], recursive: true);
        Finish("b");
        Assert.Equal(HostRuns.Comparable(folder["a"]), HostRuns.Comparable(folder["b"]));
    }

    [Fact]
    public void A_finished_run_says_its_result_again()
    {
        var first = Whole("a")!;
        File.Delete(folder["a/result.json"]);
        string before = HostRuns.Comparable(folder["a"]);
        using var run = HostRuns.Resume(folder["a"]);
        Assert.Equal(first.Returns, run.Execute(CancellationToken.None)!.Returns);
        Assert.Equal(before, HostRuns.Comparable(folder["a"]));
        Assert.True(File.Exists(folder["a/result.json"]));
    }

    [Fact]
    public void What_was_saved_survives_an_algorithm_that_throws()
    {
        using (var run = HostRuns.Start(folder["a"], HostRuns.Request with { Settings = ["algo.throwAt=26"] }))
        {
            Assert.Contains("iteration 26", Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None)).Message, StringComparison.Ordinal);
        }
        Assert.Contains("AscentOptimizer", File.ReadAllText(folder["a/log.txt"]), StringComparison.Ordinal);
        using var resumed = HostRuns.Resume(folder["a"]);
        Assert.Equal(20, resumed.Session.Iteration);
    }

    [Fact]
    public void A_write_that_fails_is_said_in_one_line_that_names_the_way_back()
    {
        Directory.CreateDirectory(folder["a"]);
        using (var run = HostRuns.Start(folder["a"]))
        {
            // a folder where a file has to be stands for a disk that takes no more
            Directory.CreateDirectory(folder["a/checkpoints/checkpoint-000000030.safetensors"]);
            string message = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None)).Message;
            Assert.Contains("safe up to iteration 20", message, StringComparison.Ordinal);
            Assert.Contains("TrainingRun.Resume", message, StringComparison.Ordinal);
        }
        Directory.Delete(folder["a/checkpoints/checkpoint-000000030.safetensors"]);
        Finish("a");
        Whole("b");
        Assert.Equal(HostRuns.Comparable(folder["b"]), HostRuns.Comparable(folder["a"]));
    }

    [Fact]
    public void A_folder_in_use_or_not_empty_is_refused()
    {
        using var run = HostRuns.Start(folder["a"]);
        Assert.Contains("in use", Assert.Throws<MbMixException>(() => HostRuns.Resume(folder["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("not empty", Assert.Throws<ConfigurationException>(() => HostRuns.Start(folder["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("no config.json", Assert.Throws<ConfigurationException>(() => HostRuns.Resume(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_periodic_evaluations_only_the_final_one_is_made()
    {
        var observer = new HostObserver();
        using var run = HostRuns.Start(folder["a"], HostRuns.Request with { Settings = ["run.evaluations=0"] }, observer);
        run.Execute(CancellationToken.None);
        Assert.Equal(50, Assert.Single(observer.Evaluations).Iteration);
    }

    private EvaluationResult? Whole(string name, HostObserver? observer = null)
    {
        using var run = HostRuns.Start(folder[name], observer: observer);
        return run.Execute(CancellationToken.None);
    }

    private void Stopped(string name, int iteration)
    {
        var observer = new HostObserver(iteration);
        using var run = HostRuns.Start(folder[name], observer: observer);
        Assert.Null(run.Execute(observer.Stop));
    }

    private void Finish(string name)
    {
        using var run = HostRuns.Resume(folder[name]);
        Assert.NotNull(run.Execute(CancellationToken.None));
    }
}
