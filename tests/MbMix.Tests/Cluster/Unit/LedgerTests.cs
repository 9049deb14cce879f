using MbMix.Cluster;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>Queue, leases and fencing numbers, without a process.</summary>
public sealed class LedgerTests
{
    private static readonly CodeStamp Code = new("1.0", "2.3", "host", 256);
    private static readonly FileEntry File = new("checkpoints/checkpoint-000000001.safetensors", new('a', 64), 1);
    private static readonly FileEntry Result = new("result.json", new('b', 64), 1);

    private readonly ManualClock clock = new();
    private readonly Ledger ledger;
    private int question;

    public LedgerTests() => ledger = new Ledger(clock, new LedgerOptions { Lease = TimeSpan.FromSeconds(10) });

    [Fact]
    public void Runs_are_given_out_in_the_order_in_which_they_were_submitted()
    {
        ledger.Submit([Ticket("b"), Ticket("a")]);
        ledger.Submit([Ticket("c"), Ticket("a")]);
        Assert.Equal(["b", "a", "c", null], Enumerable.Range(0, 4).Select(_ => Lease()?.Ticket.Run));
    }

    [Fact]
    public void A_repeated_question_gets_the_same_lease()
    {
        ledger.Submit([Ticket("a"), Ticket("b")]);
        var report = Report();
        Assert.Equal(("a", 1), Of(ledger.Lease(report).Run));
        Assert.Equal(("a", 1), Of(ledger.Lease(report).Run));
        Assert.Equal(("b", 1), Of(Lease()));
    }

    [Fact]
    public void A_lease_that_is_not_prolonged_ends_and_the_next_has_a_higher_number()
    {
        ledger.Submit([Ticket("a")]);
        var first = new HeldLease("a", Lease()!.Fence);
        clock.Pass(9);
        Assert.Equal(0, ledger.Expire());
        Assert.Empty(Beat(first).Stale);
        clock.Pass(9);
        Assert.Equal(0, ledger.Expire());
        clock.Pass(2);
        Assert.Equal(1, ledger.Expire());
        Assert.Equal(("a", 2), Of(Lease("other")));
        Assert.Equal(["a"], Beat(first).Stale);
    }

    [Fact]
    public void Runs_whose_files_are_gone_begin_from_what_they_were_submitted_with()
    {
        ledger.Submit([Ticket("a") with { Files = [File] }, Ticket("b"), Ticket("c")]);
        foreach (string run in new[] { "a", "b", "c" })
            ledger.Report(End(new(run, Lease()!.Fence), ProgressKind.Finished, run == "c" ? Result with { Hash = new('c', 64) } : Result));
        Assert.Equal(0, ledger.Lose(new HashSet<string> { new('d', 64) }));
        Assert.Equal(2, ledger.Lose(new HashSet<string> { Result.Hash }));
        Assert.Equal(["a", "b"], ledger.Select("s").Where(e => e.Phase == RunPhase.Queued).Select(e => e.Ticket.Run));
        Assert.Equal([File], ledger.Find("a").Files);
        Assert.Equal(256, ledger.Find("a").VectorBits);
        Assert.Empty(ledger.Find("b").Files);
        Assert.Equal(0, ledger.Find("b").VectorBits);
        // one at work is left to whoever has it
        var lease = Lease()!;
        ledger.Lose(new HashSet<string> { File.Hash });
        Assert.Equal(RunPhase.Leased, ledger.Find(lease.Ticket.Run).Phase);
    }

    [Fact]
    public void Whoever_lost_a_lease_can_tell_nothing_and_the_result_is_that_of_the_newest_lease()
    {
        ledger.Submit([Ticket("a")]);
        var old = new HeldLease("a", Lease()!.Fence);
        clock.Pass(11);
        ledger.Expire();
        Assert.Throws<StaleLeaseException>(() => ledger.Report(End(old, ProgressKind.Finished, Result)));
        var newest = new HeldLease("a", Lease("other")!.Fence);
        var refusal = Assert.Throws<StaleLeaseException>(() => ledger.Report(End(old, ProgressKind.Finished, Result)));
        Assert.Contains("lease 1 is over, the newest is 2", refusal.Message, StringComparison.Ordinal);
        ledger.Report(End(newest, ProgressKind.Finished, Result));
        Assert.Throws<StaleLeaseException>(() => ledger.Report(End(old, ProgressKind.Finished, File)));
        Assert.Equal((RunPhase.Finished, Result), (ledger.Find("a").Phase, ledger.Find("a").Files.Single()));
    }

    [Fact]
    public void An_end_that_is_told_twice_counts_once()
    {
        ledger.Submit([Ticket("a"), Ticket("b")]);
        var lease = new HeldLease("a", Lease()!.Fence);
        ledger.Report(End(lease, ProgressKind.Failed));
        ledger.Report(End(lease, ProgressKind.Failed));
        Assert.Equal((RunPhase.Queued, 1), (ledger.Find("a").Phase, ledger.Find("a").Failures));
    }

    [Fact]
    public void A_checkpoint_goes_to_the_next_runner_and_only_to_one_with_the_same_vectors()
    {
        ledger.Submit([Ticket("a")]);
        var lease = new HeldLease("a", Lease()!.Fence);
        ledger.Report(End(lease, ProgressKind.Checkpoint, File));
        // the first runner is forgotten
        clock.Pass(200);
        ledger.Expire();
        Assert.Null(ledger.Lease(Report() with { Name = "wide", Code = Code with { VectorBits = 512 } }).Run);
        Assert.Contains("vectors of 256 bits, and wide has 512", ledger.Describe().Sweeps[0].Trouble!, StringComparison.Ordinal);
        Assert.Equal(File, Lease("other")!.Files.Single());
    }

    [Fact]
    public void A_run_goes_only_to_the_same_code_with_enough_room_and_its_labels()
    {
        ledger.Submit([Ticket("a") with { Cores = 2, Memory = 3000, Labels = ["big"] }]);
        var fits = Report() with { FreeCores = 2, FreeMemory = 3000, Labels = ["big", "near"] };
        Assert.Null(ledger.Lease(fits with { FreeCores = 1 }).Run);
        Assert.Null(ledger.Lease(fits with { FreeMemory = 2999 }).Run);
        Assert.Null(ledger.Lease(fits with { Labels = ["near"] }).Run);
        Assert.Null(ledger.Lease(fits with { Code = Code with { Version = "1.1" } }).Run);
        Assert.Null(ledger.Lease(fits with { Code = Code with { Host = "other" } }).Run);
        Assert.NotNull(ledger.Lease(fits).Run);
    }

    [Fact]
    public void A_run_that_no_runner_can_ever_hold_is_said_even_while_others_run()
    {
        ledger.Submit([Ticket("a"), Ticket("b") with { Cores = 8 }, Ticket("c") with { Cores = 8 }]);
        Assert.Null(Trouble());
        Assert.Equal("a", Lease()!.Ticket.Run);
        Assert.Equal("no runner can take name of b and 1 more: it wants 8 cores, and one has 4", Trouble());
        ledger.Lease(Report() with { Name = "two", Instance = "two", Cores = 16, FreeCores = 2, Memory = 500 });
        Assert.Equal("no runner can take name of b and 1 more: it wants 8 cores, and one has 4, and the other runners cannot take it either", Trouble());
        // full, but not for ever
        ledger.Lease(Report() with { Name = "two", Instance = "two", Cores = 16, FreeCores = 2 });
        Assert.Null(Trouble());
        ledger.Submit([Ticket("d") with { Labels = ["gpu"] }]);
        Assert.Contains("take name of d: it wants the label gpu, which one does not have", Trouble()!, StringComparison.Ordinal);

        string? Trouble() => ledger.Describe().Sweeps[0].Trouble;
    }

    [Fact]
    public void A_run_that_fails_is_retried_twice_from_its_last_checkpoint_and_then_given_up()
    {
        ledger.Submit([Ticket("a"), Ticket("b")]);
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            var run = Lease()!;
            Assert.Equal("a", run.Ticket.Run);
            Assert.Equal(attempt == 1 ? 0 : 1, run.Files.Length);
            var lease = new HeldLease("a", run.Fence);
            ledger.Report(End(lease, ProgressKind.Checkpoint, File));
            ledger.Report(End(lease, ProgressKind.Failed, File, Result) with { LastWords = $"NaN {attempt}" });
        }
        Assert.Equal((RunPhase.Failed, "NaN 3", 2), (ledger.Find("a").Phase, ledger.Find("a").LastWords, ledger.Find("a").Files.Length));
        Assert.Equal("b", Lease()!.Ticket.Run);
        Assert.Equal(1, ledger.Retry("a"));
        Assert.Empty(Lease()!.Files);
    }

    [Fact]
    public void What_a_runner_gives_back_is_no_failure()
    {
        ledger.Submit([Ticket("a")]);
        ledger.Report(End(new("a", Lease()!.Fence), ProgressKind.Released, File));
        Assert.Equal((RunPhase.Queued, 0, File), (ledger.Find("a").Phase, ledger.Find("a").Failures, ledger.Find("a").Files[0]));
    }

    [Fact]
    public void What_is_cancelled_is_not_started_and_what_is_at_work_is_told()
    {
        ledger.Submit([Ticket("a"), Ticket("b")]);
        var lease = new HeldLease("a", Lease()!.Fence);
        Assert.Equal(2, ledger.Cancel("s"));
        Assert.Null(Lease("other"));
        Assert.Equal(["a"], Beat(lease).Cancelled);
        ledger.Report(End(lease, ProgressKind.Cancelled));
        Assert.Equal(2, ledger.Describe().Sweeps[0].Cancelled);
        Assert.Equal(2, ledger.Retry("s"));
        Assert.Equal("a", Lease()!.Ticket.Run);
    }

    [Fact]
    public void A_drained_runner_gets_nothing_more_until_it_is_started_again()
    {
        ledger.Submit([Ticket("a"), Ticket("b")]);
        Lease();
        ledger.Drain("one");
        Assert.True(ledger.Lease(Report()).Drain);
        Assert.Null(ledger.Lease(Report()).Run);
        Assert.NotNull(ledger.Lease(Report() with { Instance = "later" }).Run);
        Assert.Contains("there is no runner ona.", Assert.Throws<LedgerException>(() => ledger.Drain("ona")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_was_stored_goes_on_where_it_was_and_gives_runners_time_to_come_back()
    {
        ledger.Submit([Ticket("a"), Ticket("b"), Ticket("c")]);
        var lease = new HeldLease("a", Lease()!.Fence);
        ledger.Report(End(new("b", Lease("other")!.Fence), ProgressKind.Finished, Result));
        var stored = ledger.TakeChanges();
        Assert.Equal(["a", "b", "c"], stored.Select(e => e.Ticket.Run).Order());
        clock.Pass(100);

        var again = new Ledger(clock, new LedgerOptions { Lease = TimeSpan.FromSeconds(10) });
        again.Load(stored);
        Assert.False(again.HasChanges);
        Assert.Equal(0, again.Expire());
        Assert.Empty(again.Beat(new("one", "1", [lease])).Stale);
        Assert.Equal("c", again.Lease(Report()).Run!.Ticket.Run);
        Assert.Equal(RunPhase.Finished, again.Find("b").Phase);
        // what is told later has a higher number than what was stored
        Assert.Equal(["c"], again.News("s", stored.Max(e => e.Change), 10).Runs.Select(e => e.Ticket.Run));
    }

    [Fact]
    public void News_are_told_in_order_and_in_parts()
    {
        ledger.Submit([Ticket("a"), Ticket("b"), Ticket("c")]);
        var first = ledger.News("s", 0, 2);
        Assert.Equal(["a", "b"], first.Runs.Select(e => e.Ticket.Run));
        Lease();
        Assert.Equal(["c", "a"], ledger.News("s", first.Change, 2).Runs.Select(e => e.Ticket.Run));
        Assert.Empty(ledger.News("nothing", 0, 2).Runs);
    }

    [Fact]
    public void An_id_cannot_stand_for_two_runs_and_a_full_ledger_takes_no_more()
    {
        ledger.Submit([Ticket("a")]);
        Assert.Throws<LedgerException>(() => ledger.Submit([Ticket("b"), Ticket("a") with { Name = "other" }]));
        Assert.Equal(1, ledger.Count);
        var small = new Ledger(clock, new LedgerOptions { MostRuns = 1 });
        small.Submit([Ticket("a")]);
        Assert.Throws<LedgerException>(() => small.Submit([Ticket("a"), Ticket("b")]));
    }

    [Fact]
    public void The_clock_of_a_runner_is_never_asked()
    {
        Type[] told = [typeof(RunnerReport), typeof(Heartbeat), typeof(HeldLease), typeof(RunProgress), typeof(FileEntry), typeof(CodeStamp)];
        Type[] times = [typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(double)];
        Assert.DoesNotContain(told.SelectMany(t => t.GetProperties()), p => times.Contains(p.PropertyType));
    }

    [Fact]
    public void A_run_with_other_settings_begins_anew_and_whoever_has_it_loses_it()
    {
        RunTicket[] Asked(string budget, int cores = 1, string label = "")
        {
            string[] arguments = ["train", "e", "--threads", $"{cores}", "--budget", budget];
            return [Ticket("a") with { Arguments = arguments, Cores = cores, Labels = label.Length > 0 ? [label] : [] }];
        }
        Assert.Equal(0, ledger.Submit(Asked("10")));
        var old = new HeldLease("a", Lease()!.Fence);
        Assert.Equal(0, ledger.Submit(Asked("10")));
        Assert.Equal(1, ledger.Submit(Asked("20")));
        Assert.Equal(["a"], Beat(old).Stale);
        Assert.Throws<StaleLeaseException>(() => ledger.Report(End(old, ProgressKind.Finished, Result)));
        var next = Lease()!;
        Assert.Equal(("a", 2), Of(next));
        Assert.Contains("20", next.Ticket.Arguments);
        ledger.Report(End(new("a", 2), ProgressKind.Finished, Result));
        Assert.Equal(0, ledger.Submit(Asked("20", cores: 2)));
        Assert.Equal(RunPhase.Finished, ledger.Find("a").Phase);
        Assert.Equal(1, ledger.Submit(Asked("30", label: "typo")));
        Assert.Empty(ledger.Find("a").Files);
        Assert.Null(Lease());
        // only what it needs is another thing now
        Assert.Equal(0, ledger.Submit(Asked("30", cores: 2)));
        Assert.Equal(2, Lease()!.Ticket.Cores);
    }

    [Fact]
    public void Of_two_runners_with_one_name_the_first_is_refused()
    {
        ledger.Submit([Ticket("a")]);
        var first = Report() with { Instance = "first" };
        Assert.NotNull(ledger.Lease(first).Run);
        ledger.Lease(Report() with { Instance = "second" });
        var e = Assert.Throws<LedgerException>(() => ledger.Lease(first));
        Assert.Contains("--name", e.Message, StringComparison.Ordinal);
        Assert.Throws<LedgerException>(() => ledger.Beat(new("one", "first", [])));
        Assert.Equal(["one"], ledger.Describe().Runners.Select(r => r.Name));
    }

    [Fact]
    public void A_runner_that_has_said_goodbye_is_counted_no_more()
    {
        ledger.Lease(Report());
        ledger.Leave("one", "another");
        Assert.Single(ledger.Describe().Runners);
        ledger.Leave("one", "one");
        Assert.Empty(ledger.Describe().Runners);
    }

    [Fact]
    public void A_name_that_several_sweeps_have_is_told_apart_by_the_sweep()
    {
        ledger.Submit([Ticket("a") with { Name = "n" }, Ticket("b") with { Name = "n", Sweep = "t" }]);
        var e = Assert.Throws<LedgerException>(() => ledger.Select("n"));
        Assert.Contains("say t/n or s/n.", e.Message, StringComparison.Ordinal);
        Assert.Equal(["b"], ledger.Select("t/n").Select(r => r.Ticket.Run));
    }

    private static RunTicket Ticket(string run) =>
        new() { Run = run, Sweep = "s", Name = "name of " + run, Arguments = ["train"], Code = Code };

    private static RunProgress End(HeldLease lease, ProgressKind kind, params FileEntry[] files) =>
        new() { Lease = lease, Kind = kind, Files = files.Length == 0 ? null : files, VectorBits = 256 };

    private static (string?, long) Of(RunEntry? entry) => (entry?.Ticket.Run, entry?.Fence ?? 0);

    private RunnerReport Report() => new("one", "one", Code, 4, 4, 8000, 8000, [], $"{question++}");

    private RunEntry? Lease(string runner = "one") => ledger.Lease(Report() with { Name = runner, Instance = runner }).Run;

    private HeartbeatAnswer Beat(HeldLease lease) => ledger.Beat(new("one", "one", [lease]));
}
