using System.Collections.Concurrent;
using MbMix.Comparison;

namespace MbMix.Tests.Unit;

public sealed class CompareRuns
{
    [Fact]
    public async Task Finished_runs_are_skipped_interrupted_ones_resumed_and_the_rest_begun()
    {
        using var folder = new CompareFolder(seeds: 2);
        var runs = folder.Plan.Runs;
        CompareFolder.Finish(runs[0], -1);
        CompareFolder.Interrupt(runs[1]);
        Directory.CreateDirectory(runs[2].Folder);
        File.WriteAllText(Path.Combine(runs[2].Folder, "config.json"), "killed before the first checkpoint");
        var launcher = new FakeLauncher(folder.Plan);

        var ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 2).RunAsync(launcher, default, default);

        Assert.All(ends, e => Assert.Equal(RunStage.Finished, e.Stage));
        Assert.Equal(3, launcher.Commands.Count);
        Assert.Contains(launcher.Commands, c => c == $"train --resume {runs[1].Folder}");
        Assert.Contains(launcher.Commands, c => c.StartsWith($"train test/hill-v1 --algo fast --seed 1 --threads 1 --out {runs[2].Folder}", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(runs[2].Folder, "config.json")));
    }

    [Fact]
    public async Task A_failing_run_gets_one_line_and_the_others_go_on()
    {
        using var folder = new CompareFolder(seeds: 3);
        var launcher = new FakeLauncher(folder.Plan) { Fails = run => run.Seed == 1 && run.Label == "slow" };

        var ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, default, default);

        Assert.Equal(5, ends.Count(e => e.Stage == RunStage.Finished));
        Assert.Equal(RunStage.Failed, ends[3].Stage);
        var failure = Assert.Single(launcher.Updates, u => u.Stage == RunStage.Failed);
        Assert.Contains("the hill is too steep (see ", failure.Detail);
        Assert.DoesNotContain('\n', failure.Detail);
    }

    [Fact]
    public async Task A_folder_in_which_a_process_is_still_at_work_is_left_alone()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        var run = folder.Plan.Runs[0];
        Directory.CreateDirectory(run.Folder);
        using var held = new FileStream(Path.Combine(run.Folder, "run.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var launcher = new FakeLauncher(folder.Plan);
        Assert.Equal(RunStage.Failed, Assert.Single(await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, default, default)).Stage);
        Assert.Contains("in use by another process", launcher.Updates.Last().Detail);
        Assert.True(File.Exists(held.Name));
        Assert.Empty(launcher.Commands);
    }

    [Theory]
    [InlineData("""{ "failed": "every episode ended with a fault." }""", "every episode ended with a fault. Delete ")]
    [InlineData("{", "result.json is not the result of a run: ")]
    public async Task A_run_whose_result_says_that_it_failed_is_not_trained_again(string result, string reason)
    {
        using var folder = new CompareFolder(seeds: 3, "fast");
        var plan = folder.Plan;
        var launcher = new FakeLauncher(plan) { Result = run => run.Seed == 1 ? result : null };
        var ends = await new ComparisonRunner(plan, launcher, jobs: 1).RunAsync(launcher, default, default);
        Assert.Equal([RunStage.Finished, RunStage.Failed, RunStage.Finished], ends.Select(e => e.Stage));
        Assert.StartsWith(reason, ends[1].Detail, StringComparison.Ordinal);
        Assert.EndsWith($"Delete {plan.Runs[1].Folder} to repeat the run.", ends[1].Detail, StringComparison.Ordinal);
        Assert.Equal(ends[1], launcher.Updates.Single(u => u.Stage == RunStage.Failed));

        launcher = new FakeLauncher(plan);
        var again = await new ComparisonRunner(plan, launcher, jobs: 1).RunAsync(launcher, default, default);
        Assert.Equal(ends.Select(e => e.Stage), again.Select(e => e.Stage));
        Assert.Equal(ends[1].Detail, again[1].Detail);
        Assert.Empty(launcher.Commands);

        // two seeds are left, too few for an interval
        var report = new ComparisonReport(plan).Write(again);
        string row = report.Table.Split('\n').First(l => l.StartsWith("| fast ", StringComparison.Ordinal));
        Assert.Equal(["-1.0", "-", "0.0", "failed", "-2.0"], row.Split('|', StringSplitOptions.TrimEntries)[2..7]);
        Assert.Contains("estimate: 0.0 hours", new ComparisonEstimate(plan, 1, _ => new() { Budget = 100 }).Write(), StringComparison.Ordinal);
        Assert.DoesNotContain("could not be measured", new ComparisonEstimate(plan, 1, _ => new() { Budget = 100 }).Write(), StringComparison.Ordinal);

        Directory.Delete(plan.Runs[1].Folder, recursive: true);
        again = await new ComparisonRunner(plan, launcher, jobs: 1).RunAsync(launcher, default, default);
        Assert.All(again, e => Assert.Equal(RunStage.Finished, e.Stage));
    }

    [Fact]
    public async Task Long_last_words_leave_room_for_the_log()
    {
        using var folder = new CompareFolder(seeds: 1, "fast");
        var launcher = new FakeLauncher(folder.Plan) { Fails = _ => true, Words = new string('x', 5000) };
        string detail = Assert.Single(await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, default, default)).Detail;
        Assert.EndsWith($" (see {folder.Plan.Runs[0].LogFile})", detail, StringComparison.Ordinal);
        Assert.Equal(300, detail.Length);
    }

    [Fact]
    public async Task Output_that_cannot_be_printed_disturbs_no_run()
    {
        using var folder = new CompareFolder(seeds: 2);
        var launcher = new FakeLauncher(folder.Plan) { OnReport = () => throw new IOException("No space left on device") };
        var ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 2).RunAsync(launcher, default, default);
        Assert.Equal(4, ends.Count(e => e.Stage == RunStage.Finished));
    }

    [Fact]
    public async Task A_run_whose_output_is_lost_has_failed_unless_it_has_a_result()
    {
        using var folder = new CompareFolder(seeds: 2, "fast");
        var launcher = new FakeLauncher(folder.Plan)
        {
            OnStart = run =>
            {
                if (run.Seed == 0) CompareFolder.Finish(run, 1);
                throw new MbMixException("the log could not be written: No space left on device");
            },
        };
        var ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, default, default);
        Assert.Equal([RunStage.Finished, RunStage.Failed], ends.Select(e => e.Stage));
        Assert.Equal("the log could not be written: No space left on device", ends[1].Detail);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Not_more_runs_than_jobs_are_at_work(int jobs)
    {
        using var folder = new CompareFolder(seeds: 4);
        var launcher = new FakeLauncher(folder.Plan);
        await new ComparisonRunner(folder.Plan, launcher, jobs).RunAsync(launcher, default, default);
        Assert.Equal(jobs, launcher.MostAtOnce);
    }

    [Fact]
    public async Task Stopping_lets_running_ones_save_and_starts_no_more_and_a_repeat_goes_on()
    {
        using var folder = new CompareFolder(seeds: 2);
        using var stop = new CancellationTokenSource();
        var launcher = new FakeLauncher(folder.Plan) { OnStart = run => { if (run.Seed == 0 && run.Label == "slow") stop.Cancel(); } };

        var ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, stop.Token, default);
        Assert.Equal([RunStage.Finished, RunStage.Interrupted, RunStage.Waiting, RunStage.Waiting], ends.Select(e => e.Stage));

        launcher = new FakeLauncher(folder.Plan);
        ends = await new ComparisonRunner(folder.Plan, launcher, jobs: 1).RunAsync(launcher, default, default);
        Assert.All(ends, e => Assert.Equal(RunStage.Finished, e.Stage));
        Assert.Equal(3, launcher.Commands.Count);
        Assert.StartsWith("train --resume", launcher.Commands.First());
    }

    [Theory]
    [InlineData(0, null, "at least 1, not 0")]
    [InlineData(1, 0L, "at least 1, not 0")]
    public void Nonsense_is_refused(int seeds, long? budget, string message)
    {
        var plan = new ComparisonPlan { Environments = ["e"], Arms = ComparisonArm.Plain(["a"]), Seeds = seeds, Budget = budget, Folder = "x" };
        Assert.Contains(message, Assert.Throws<ConfigurationException>(plan.Validate).Message);
    }

    [Fact]
    public void The_same_algorithm_twice_is_refused()
    {
        var plan = new ComparisonPlan { Environments = ["e"], Arms = ComparisonArm.Plain(["a", "b", "a"]), Seeds = 1, Folder = "x" };
        Assert.Contains("--algo names a twice", Assert.Throws<ConfigurationException>(plan.Validate).Message);
    }

    private sealed class FakeLauncher(ComparisonPlan plan) : IRunLauncher, IProgress<RunUpdate>
    {
        private int atWork;

        public ConcurrentQueue<string> Commands { get; } = [];

        public ConcurrentQueue<RunUpdate> Updates { get; } = [];

        public Func<PlannedRun, bool> Fails { get; init; } = _ => false;

        public string Words { get; init; } = "the hill is too steep";

        public Func<PlannedRun, string?> Result { get; init; } = _ => null;

        public Action OnReport { get; init; } = () => { };

        public Action<PlannedRun> OnStart { get; init; } = _ => { };

        public int MostAtOnce { get; private set; }

        public string CommandLine(IReadOnlyList<string> arguments) => string.Join(' ', arguments);

        public void Report(RunUpdate value)
        {
            Updates.Enqueue(value);
            OnReport();
        }

        public async Task<RunExit> RunAsync(IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort)
        {
            Commands.Enqueue(CommandLine(arguments));
            var run = plan.Runs.Single(r => arguments.Contains(r.Folder));
            int now = Interlocked.Increment(ref atWork);
            lock (Commands) MostAtOnce = Math.Max(MostAtOnce, now);
            OnStart(run);
            await Task.Delay(30, CancellationToken.None);
            Interlocked.Decrement(ref atWork);
            if (Fails(run)) return new RunExit(1, Words);
            if (stop.IsCancellationRequested)
            {
                CompareFolder.Interrupt(run);
                return new RunExit(130, "");
            }
            CompareFolder.Finish(run, -run.Seed);
            if (Result(run) is not { } result) return new RunExit(0, "");
            File.WriteAllText(Path.Combine(run.Folder, "result.json"), result);
            return new RunExit(1, Words);
        }
    }
}
