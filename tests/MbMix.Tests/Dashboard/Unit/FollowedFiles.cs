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

    private static (bool Anew, string Lines) Read(LineTail tail)
    {
        var lines = new List<string>();
        bool anew = tail.Read(lines);
        return (anew, string.Join(' ', lines));
    }
}
