using MbMix.Comparison;

namespace MbMix.Tests.Cluster.Unit;

/// <summary>What the live page gets of a cluster of any size.</summary>
public sealed class ClusterNewsTests
{
    [Fact]
    public void Of_a_large_cluster_the_page_gets_what_is_at_work_and_the_number_of_the_rest()
    {
        var runners = Enumerable.Range(0, 300).Select(i => new RunnerGlance($"r{i:000}", i < 150 ? 0 : 1, 1, 0, 1, 0, [], 0, false));
        var sweeps = Enumerable.Range(0, 201).Select(i => new SweepGlance($"s{i}", 1, i == 200 ? 1 : 0, 0, 0, 0, null, null, null));
        var work = Enumerable.Range(0, 1200).Select(i => new WorkGlance($"w{i}", "s200", "r0", null, 0, null));
        var news = ClusterNews.Of(new("here:1", "1.0", [.. runners], [.. sweeps], [.. work]));
        Assert.Equal("and 100 more runners, 1 more sweep, 1000 more runs at work", (string?)news["more"]);
        string[] shown = [.. news["runners"]!.AsArray().Select(r => (string)r!["name"]!)];
        Assert.Equal((200, "r299"), (shown.Length, shown[^1]));
        Assert.Equal(shown.Order(StringComparer.Ordinal), shown);
        Assert.Equal("s200", (string?)news["sweeps"]![0]!["name"]);
        Assert.Equal(200, news["work"]!.AsArray().Count);
    }

    [Fact]
    public void Of_a_small_cluster_nothing_is_left_out()
    {
        var news = ClusterNews.Of(new(
            "here:1", "1.0", [new("one", 1, 4, 2, 8.5, 1, ["big"], 0.5, true)],
            [new("s", 1, 2, 3, 4, 5, 0.25, 12.5, "trouble")], [new("e/a/seed0", "s", "one", 5, 10, -1.5)]));
        Assert.Equal(
            """
            {"coordinator":"here:1","version":"1.0",
            "runners":[{"name":"one","runs":1,"cores":4,"busyCores":2,"memory":8.5,"busyMemory":1,"labels":["big"],"silentSeconds":0.5,"ending":true}],
            "sweeps":[{"name":"s","finished":1,"atWork":2,"waiting":3,"failed":4,"cancelled":5,"share":0.25,"secondsToGo":12.5,"trouble":"trouble"}],
            "work":[{"name":"e/a/seed0","sweep":"s","runner":"one","steps":5,"budget":10,"return":-1.5}]}
            """.ReplaceLineEndings(""),
            news.ToJsonString());
    }
}
