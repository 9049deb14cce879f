using System.Globalization;
using MbMix.Cluster;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>How far runs at work are, as runners tell with their signs of life.</summary>
public sealed class WorkTests : IDisposable
{
    private static readonly CodeStamp Code = new("1.0", "2.3", "host", 256);

    private readonly ManualClock clock = new();
    private readonly Ledger ledger;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mbmix-steps-");
    private int question;

    public WorkTests() => ledger = new Ledger(clock, new LedgerOptions { Lease = TimeSpan.FromSeconds(10) });

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Steps_are_those_of_the_newest_lease_and_are_forgotten_with_it()
    {
        ledger.Submit([Ticket("e/a/seed0", 1000)]);
        var first = Lease();
        Assert.Null(Work().Steps);
        Tell(first, 400, 12.5);
        Assert.Equal((400, 1000, 12.5, "one"), (Work().Steps, Work().Budget, Work().Return, Work().Runner));
        Assert.Equal(0.4, Sweep().Share);
        clock.Pass(11);
        ledger.Expire();
        Assert.Empty(ledger.Describe().Work);
        Assert.Equal(0, Sweep().Share);
        // whoever was cut off tells nothing about the run that another one has
        var second = Lease("other");
        Tell(first, 900);
        Assert.Null(Work().Steps);
        Tell(second, 100);
        Assert.Equal((100, "other"), (Work().Steps, Work().Runner));
    }

    [Fact]
    public void Nothing_of_it_is_stored_and_a_new_coordinator_hears_it_again()
    {
        ledger.Submit([Ticket("e/a/seed0", 1000)]);
        var lease = Lease();
        var stored = ledger.TakeChanges();
        Tell(lease, 400);
        Assert.False(ledger.HasChanges);
        var again = new Ledger(clock, new LedgerOptions { Lease = TimeSpan.FromSeconds(10) });
        again.Load(stored);
        Assert.Null(Assert.Single(again.Describe().Work).Steps);
        again.Lease(Report());
        again.Beat(Beat(lease, 500));
        // one number is no speed
        Assert.Equal((500, null), (again.Describe().Work[0].Steps, again.Describe().Sweeps[0].SecondsToGo));
        clock.Pass(5);
        again.Lease(Report());
        again.Beat(Beat(lease, 750));
        Assert.Equal(5, again.Describe().Sweeps[0].SecondsToGo!.Value, 9);
    }

    [Fact]
    public void Time_to_go_comes_from_runs_at_work_and_those_that_ended_of_the_same_kind()
    {
        ledger.Submit([Ticket("e/fast/seed0", 1000), Ticket("e/slow/seed0", 1000), Ticket("e/fast/seed1", 1000), Ticket("e/slow/seed1", 1000)]);
        var fast = Lease();
        Assert.Null(Sweep().SecondsToGo);
        clock.Pass(5);
        ledger.Report(new RunProgress { Lease = fast, Kind = ProgressKind.Finished, Files = [] });
        // 5 s each, on one core, as if the slow ones were not
        Assert.Equal(15, Sweep().SecondsToGo!.Value, 9);
        var slow = Lease();
        clock.Pass(3);
        Tell(slow, 100);
        // its start is no part of its speed, and one number is none
        Assert.Equal(15 - 0.5, Sweep().SecondsToGo!.Value, 9);
        clock.Pass(8);
        Tell(slow, 500);
        Lease(free: 0);
        // 10 s more of this one, 5 s and 20 s of the others
        Assert.Equal(35, Sweep().SecondsToGo!.Value, 9);
        Assert.Equal(1500 / 4000.0, Sweep().Share!.Value, 9);
        // a runner that is silent for longer than a lease does nothing
        clock.Pass(11);
        Assert.Null(Sweep().SecondsToGo);
    }

    [Fact]
    public void What_a_stranger_tells_makes_no_nonsense()
    {
        ledger.Submit([Ticket("e/a/seed0", 1000)]);
        var lease = Lease();
        Tell(lease, -5, double.PositiveInfinity);
        Assert.Equal((0, null), (Work().Steps, Work().Return));
        Tell(lease, long.MaxValue, double.NaN);
        Assert.Equal((1000, null), (Work().Steps, Work().Return));
        Tell(new HeldLease("unknown", 1), 5);
        Assert.Single(ledger.Describe().Work);
        for (int i = 0; i < 3; i++) ledger.Lease(Report() with { Name = $"{i}", Instance = $"{i}", Cores = int.MaxValue, Memory = -1 });
        Assert.Equal(4, ledger.Describe().Runners.Length);
    }

    [Fact]
    public void The_entry_of_a_run_stays_small()
    {
        ledger.Submit([Ticket("diffrl.humanoid-v1/mbmix/seed12", long.MaxValue)]);
        Tell(Lease(), 123456789, 1234.5678);
        byte[] entry = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(ledger.Find("diffrl.humanoid-v1-mbmix-seed12"), Wire.Json);
        Assert.InRange(entry.Length, 1, 2000);
    }

    [Fact]
    public void Steps_are_read_from_the_last_complete_line()
    {
        string path = Path.Combine(folder.FullName, "metrics.csv");
        var reader = new StepReader(path);
        Assert.Null(reader.Read());
        Append("iteration,env_steps,return");
        Assert.Null(reader.Read());
        Append(",loss\n1,64,nan,5\n");
        Assert.Equal((64, null), reader.Read());
        Append("2,128,1.5,5\n3,192,2.5");
        Assert.Equal((128, 1.5), reader.Read());
        Append(",5\n");
        Assert.Equal((192, 2.5), reader.Read());
        Append("4,never,1,5\n");
        Assert.Equal((192, 2.5), reader.Read());
        // of a long file, the end is enough
        Append(string.Concat(Enumerable.Range(5, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{64L * i},{i},5\n"))));
        Assert.Equal((64L * 20_004, 20_004), reader.Read());

        void Append(string text) => File.AppendAllText(path, text);
    }

    private static RunTicket Ticket(string name, long budget) => new()
    {
        Run = name.Replace('/', '-'),
        Sweep = "s",
        Name = name,
        Arguments = ["train"],
        Code = Code,
        Budget = budget,
    };

    private static Heartbeat Beat(HeldLease lease, long steps, double? mean = null) =>
        new("one", "one", [lease], [new RunSteps(lease, steps, mean)]);

    private RunnerReport Report(int free = 1) => new("one", "one", Code, 1, free, 8000, 8000, [], $"{question++}");

    private HeldLease Lease(string runner = "one", int free = 1)
    {
        var run = ledger.Lease(Report(free) with { Name = runner, Instance = runner }).Run;
        return run is null ? new("", 0) : new(run.Ticket.Run, run.Fence);
    }

    private void Tell(HeldLease lease, long steps, double? mean = null) => ledger.Beat(Beat(lease, steps, mean));

    private WorkState Work() => Assert.Single(ledger.Describe().Work);

    private SweepState Sweep() => Assert.Single(ledger.Describe().Sweeps);
}
