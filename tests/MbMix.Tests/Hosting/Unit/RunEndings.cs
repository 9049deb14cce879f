using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>How runs end that were refused, stopped in an evaluation, robbed of their folder, or worthless.</summary>
[Collection(HostRuns.Collection)]
public sealed class RunEndings : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("env.broken=true", "broken on request")]
    [InlineData("algo.model=Required", "needs a dynamics model")]
    [InlineData("algo.throwAt=1", "thrown on request")]
    public void A_start_that_never_trained_leaves_nothing(string setting, string reason)
    {
        var e = Assert.ThrowsAny<MbMixException>(() => Execute("deep/down/a", setting));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));

        Execute("deep/down/a", "algo.throwAt=0");
        Assert.True(File.Exists(folder["deep/down/a/result.json"]));
    }

    [Fact]
    public void A_folder_that_was_there_before_stays_and_what_is_not_ours_too()
    {
        Directory.CreateDirectory(folder["a"]);
        Assert.ThrowsAny<MbMixException>(() => Execute("a", "env.broken=true"));
        Assert.Empty(Directory.GetFileSystemEntries(folder["a"]));

        using (var run = HostRuns.Start(folder["b"], HostRuns.Request with { Settings = ["algo.throwAt=1"] }))
        {
            File.WriteAllText(folder["b/note.txt"], "mine");
            Assert.ThrowsAny<MbMixException>(() => run.Execute(CancellationToken.None));
        }
        Assert.True(File.Exists(folder["b/note.txt"]));
    }

    [Fact]
    public void A_run_that_threw_later_keeps_what_it_has()
    {
        Assert.ThrowsAny<MbMixException>(() => Execute("a", "algo.throwAt=2"));
        Assert.Contains("thrown on request", File.ReadAllText(folder["a/log.txt"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_during_an_evaluation_saves_and_the_evaluation_is_made_again()
    {
        Execute("whole");
        // the observer hears of an iteration before its evaluation begins; 13, 25 and 38 have one, 50 the last
        foreach (int iteration in new[] { 13, 38, 50 })
        {
            string name = $"stopped{iteration}";
            var observer = new HostObserver(iteration);
            using (var run = HostRuns.Start(folder[name], observer: observer))
            {
                Assert.Null(run.Execute(observer.Stop));
                Assert.DoesNotContain(observer.Evaluations, e => e.Iteration == iteration);
            }
            Assert.False(File.Exists(folder[$"{name}/result.json"]));
            Assert.EndsWith($"{iteration:D9}.safetensors", Directory.GetFiles(folder[$"{name}/checkpoints"]).Max(), StringComparison.Ordinal);

            // stopped once more before the evaluation could be made
            using (var run = HostRuns.Resume(folder[name])) Assert.Null(run.Execute(new CancellationToken(canceled: true)));
            using (var run = HostRuns.Resume(folder[name])) Assert.NotNull(run.Execute(CancellationToken.None));
            Assert.Equal(HostRuns.Comparable(folder["whole"]), HostRuns.Comparable(folder[name]));
        }
    }

    [Fact]
    public void A_finished_run_is_not_resumed()
    {
        var result = Execute("a")!;
        var read = RunResult.Read(RunFolder.Open(folder["a"]))!;
        Assert.Equal((result.Mean, 3200, null), (read.EvaluationReturn, read.EnvironmentSteps, read.Failure));
        Assert.Contains("has finished", Assert.Throws<MbMixException>(() => HostRuns.Resume(folder["a"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("moved")]
    public void A_folder_that_vanishes_ends_the_training_at_once(string how)
    {
        var observer = new FolderThief(folder["a"], how == "moved" ? folder["b"] : null, iteration: 3);
        using var run = HostRuns.Start(folder["a"], observer: observer);
        var e = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None));
        Assert.Contains("was deleted or moved while the run was using it", e.Message, StringComparison.Ordinal);
        Assert.Equal(4, run.Session.Iteration);
        Assert.False(Directory.Exists(folder["a"]));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("run.lock")]
    public void A_file_without_which_the_run_cannot_go_on_later_ends_it_at_once(string file)
    {
        var observer = new FolderThief(folder["a/" + file], null, iteration: 3);
        using var run = HostRuns.Start(folder["a"], observer: observer);
        var e = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None));
        Assert.Contains($"a/{file} was deleted or moved", e.Message, StringComparison.Ordinal);
        Assert.Equal(4, run.Session.Iteration);
    }

    [Fact]
    public void A_log_that_vanished_is_called_missing_when_the_run_is_resumed()
    {
        var observer = new HostObserver(25);
        using (var run = HostRuns.Start(folder["a"], observer: observer)) Assert.Null(run.Execute(observer.Stop));
        File.Delete(folder["a/metrics.csv"]);
        string message = Assert.Throws<MbMixException>(() => HostRuns.Resume(folder["a"])).Message;
        Assert.Matches("metrics.csv is missing, but the checkpoint expects [0-9]+ bytes. Start over with RunFolder.ReadConfig.", message);
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("evaluations.csv")]
    public void A_log_that_vanishes_ends_the_training_at_the_next_checkpoint(string log)
    {
        var observer = new FolderThief(folder["a/" + log], null, iteration: 14);
        using var run = HostRuns.Start(folder["a"], observer: observer);
        var e = Assert.Throws<MbMixException>(() => run.Execute(CancellationToken.None));
        Assert.Contains($"{log} was deleted while the run was writing it; start over", e.Message, StringComparison.Ordinal);
        Assert.Equal(20, run.Session.Iteration);
    }

    [Fact]
    public void A_training_with_nothing_but_faults_says_so()
    {
        var request = new TrainingRequest
        {
            Environment = "counter",
            Algorithm = "ppo",
            Threads = 1,
            Budget = 1200,
            Settings = ["env.length=40", "env.nanRewardAt=35", "algo.environments=8", "algo.horizon=50", "run.evaluations=2"],
        };
        var observer = new HostObserver();
        using (var run = HostRuns.Start(folder["a"], request, observer, HostRuns.Sessions(BundledPlugins.All())))
        {
            var result = run.Execute(CancellationToken.None)!;
            Assert.Equal((34, 12), (result.Mean, result.Faults));
            Assert.Equal("Every episode of the training ended with a fault; in the evaluation, at step 35, its reward is not finite.", run.Failure);
        }
        Assert.Contains(observer.Notices, n => n.Contains("None of the 24 episodes", StringComparison.Ordinal) || n.Contains("None of the 16 episodes", StringComparison.Ordinal));
        Assert.Contains(observer.Notices, n => n.Contains("12 of 12 evaluation episodes ended with a fault", StringComparison.Ordinal));
        var json = JsonNode.Parse(File.ReadAllText(folder["a/result.json"]))!;
        Assert.Equal(34, json["evaluationReturn"]!.GetValue<double>());
        Assert.StartsWith("Every episode", json["failed"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("Every episode", RunResult.Read(RunFolder.Open(folder["a"]))!.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_with_some_faults_does_not_fail()
    {
        var request = new TrainingRequest
        {
            Environment = "counter",
            Algorithm = "ppo",
            Threads = 1,
            Budget = 1200,
            Settings = ["env.length=40", "env.nanRewardAt=35", "env.lastLane=3", "algo.environments=8", "algo.horizon=50", "run.evaluations=2"],
        };
        using var run = HostRuns.Start(folder["a"], request, sessions: HostRuns.Sessions(BundledPlugins.All()));
        Assert.Equal(4, run.Execute(CancellationToken.None)!.Faults);
        Assert.Null(run.Failure);
    }

    private EvaluationResult? Execute(string name, params string[] settings)
    {
        using var run = HostRuns.Start(folder[name], HostRuns.Request with { Settings = settings });
        return run.Execute(CancellationToken.None);
    }

    private sealed class FolderThief(string path, string? to, int iteration) : ITrainingObserver
    {
        public void Started(TrainingRun run)
        {
        }

        public void Iterated(IterationRecord record)
        {
            if (record.Iteration != iteration) return;
            if (to is not null) Directory.Move(path, to);
            else if (File.Exists(path)) File.Delete(path);
            else Directory.Delete(path, recursive: true);
        }

        public void Evaluated(EvaluationRecord record)
        {
        }

        public void Notice(string line)
        {
        }
    }
}
