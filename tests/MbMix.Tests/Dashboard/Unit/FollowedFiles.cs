using MbMix.Dashboard;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Dashboard;

/// <summary>Reading files while they grow.</summary>
public sealed class FollowedFiles : IDisposable
{
    private readonly HostFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lines_come_once_they_are_complete_and_only_once()
    {
        string path = folder["lines"];
        var tail = new LineTail(path);
        Assert.Equal((false, ""), Read(tail));
        File.WriteAllText(path, "a\nb\nc");
        Assert.Equal((false, "a b"), Read(tail));
        Assert.Equal((false, ""), Read(tail));
        File.AppendAllText(path, "d\r\ne\n");
        Assert.Equal((false, "cd e"), Read(tail));
    }

    [Fact]
    public void A_file_that_was_cut_back_is_read_anew_even_if_it_is_longer_than_before()
    {
        string path = folder["lines"];
        var tail = new LineTail(path);
        File.WriteAllText(path, "h\n1,x\n2,x\n3,x\n");
        Assert.Equal((false, "h 1,x 2,x 3,x"), Read(tail));
        File.WriteAllText(path, "h\n1,x\n2,y\n3,y\n4,y\n");
        Assert.Equal((true, "h 1,x 2,y 3,y 4,y"), Read(tail));
        File.WriteAllText(path, "h\n1,x\n");
        Assert.Equal((true, "h 1,x"), Read(tail));
        File.Delete(path);
        Assert.Equal((true, ""), Read(tail));
    }

    [Fact]
    public void Of_many_lines_some_are_kept_and_the_last_is_known()
    {
        var rows = new Rows();
        rows.Limit(100);
        rows.Add("a,b", []);
        var added = new List<double[]>();
        for (int i = 0; i < 10_000; i++) rows.Add(FormattableString.Invariant($"{i},{2 * i}"), added);
        rows.Add("1,2,3", added);
        Assert.InRange(rows.Kept.Count, 50, 100);
        Assert.Equal(19_998, rows.Value(rows.Last!, "b"));
        double[] distances = [.. rows.Kept.Zip(rows.Kept.Skip(1), (x, y) => y[0] - x[0]).Distinct()];
        Assert.Equal(128, Assert.Single(distances));
        Assert.Equal(double.NaN, rows.Value(rows.Last!, "c"));
        // whoever takes only what is added has a few times as many
        Assert.InRange(added.Count, 100, 500);
    }

    [Theory]
    [InlineData("1e308")]
    [InlineData("1e23")]
    [InlineData("5000000")]
    [InlineData("-64")]
    [InlineData("150.5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("")]
    [InlineData("x")]
    public void A_line_whose_steps_cannot_be_true_is_left_out(string steps)
    {
        var (rows, added) = (new Rows { Budget = 1000 }, new List<double[]>());
        rows.Add("env_steps,wall_seconds,return", added);
        foreach (string line in new[] { "100,1,5", $"{steps},1.5,6", "200,2,7" }) Assert.False(rows.Add(line, added));
        Assert.Equal([100, 200], Steps(rows));
        Assert.Equal([100, 200], added.Select(r => r[0]));
        rows.Add($"{steps},2.5,8", added);
        Assert.Equal(200, rows.Last![0]);
    }

    [Theory]
    // one that goes back, one that is ahead, and a piece of the file that is there twice
    [InlineData("100 200 150 300 400", "100 200 300 400", false)]
    [InlineData("100 700 200 300 400", "100 200 300 400", true)]
    [InlineData("100 200 300 100 200 300 400", "100 100 200 300 400", true)]
    [InlineData("100 200 200 300", "100 200 200 300", false)]
    public void Of_lines_that_contradict_each_other_those_that_go_on_are_kept(string given, string kept, bool corrected)
    {
        foreach (string line in new[] { "{0},1", "1,{0}" })
        {
            var rows = new Rows();
            rows.Add("env_steps,wall_seconds", []);
            var answers = given.Split(' ').Select(s => rows.Add(line.Replace("{0}", s, StringComparison.Ordinal), [])).ToList();
            Assert.Equal(corrected, answers.Contains(true));
            Assert.Equal(kept, string.Join(' ', rows.Kept.Select(r => r.Max())));
        }
    }

    [Fact]
    public void A_run_may_overshoot_its_budget_by_an_iteration()
    {
        var rows = new Rows { Budget = 640 };
        rows.Add("env_steps", []);
        rows.Add("131072", []);
        Assert.Equal(131_072, Assert.Single(rows.Kept)[0]);
    }

    [Fact]
    public void A_run_takes_back_the_points_of_a_wrong_line()
    {
        var reader = new RunReader(0, folder.Path, "run");
        File.WriteAllText(folder["config.json"], """{ "environment": "e", "algorithm": "a", "seed": 0, "threads": 1, "run": { "budget": 1000 }, "env": {}, "algo": {} }""");
        File.WriteAllText(folder["metrics.csv"], "env_steps\n100\n1e23\n700\n");
        Assert.Equal([100, 700], reader.Poll()!.Rows.Select(r => r[0]));
        File.AppendAllText(folder["metrics.csv"], "200\n300\n");
        var change = reader.Poll()!;
        Assert.True(change.Whole);
        Assert.Equal([100, 200, 300], change.Rows.Select(r => r[0]));
    }

    [Fact]
    public void A_folder_that_is_gone_is_said_to_be_and_one_that_comes_back_is_read_anew()
    {
        string run = Directory.CreateDirectory(folder["run"]).FullName;
        var reader = new RunReader(0, run, "run");
        Write("100\n200\n", "a");
        Assert.Null(reader.Poll()!.Run.Trouble);
        Directory.Delete(run, recursive: true);
        var gone = reader.Poll()!;
        Assert.Equal("its folder is gone", reader.Trouble);
        // what was read stays
        Assert.False(gone.Whole);
        Assert.Equal(200, reader.Metrics.Last![0]);
        Assert.Null(reader.Poll());

        Write("50\n", "b");
        var back = reader.Poll()!;
        Assert.Null(reader.Trouble);
        Assert.Equal("b", reader.Algorithm);
        Assert.True(back.Whole);
        Assert.Equal(50, Assert.Single(back.Rows)[0]);

        void Write(string lines, string algorithm)
        {
            Directory.CreateDirectory(run);
            File.WriteAllText(Path.Combine(run, "config.json"), $$"""{ "environment": "e", "algorithm": "{{algorithm}}", "seed": 0, "threads": 1, "run": {}, "env": {}, "algo": {} }""");
            File.WriteAllText(Path.Combine(run, "metrics.csv"), "env_steps\n" + lines);
        }
    }

    [Fact]
    public void A_link_that_is_given_is_followed_and_one_inside_a_folder_is_not()
    {
        Directory.CreateDirectory(folder["elsewhere/run"]);
        File.WriteAllText(folder["elsewhere/run/config.json"], "{}");
        Directory.CreateDirectory(folder["given"]);
        Directory.CreateSymbolicLink(folder["given/link"], folder["elsewhere/run"]);
        Assert.Empty(RunFinder.Find([folder["given"]]));
        Assert.Equal((folder["given/link"], "link"), Assert.Single(RunFinder.Find([folder["given/link"]])));
    }

    private static double[] Steps(Rows rows) => [.. rows.Kept.Select(r => r[0])];

    private static (bool Anew, string Lines) Read(LineTail tail)
    {
        var lines = new List<string>();
        bool anew = tail.Read(lines);
        return (anew, string.Join(' ', lines));
    }
}
