using MbMix.Hosting;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class HostCatalogTests
{
    private readonly PluginCatalog catalog = HostRuns.Sessions().Catalog;

    [Theory]
    [InlineData("test/point-v1")]
    [InlineData("point-v1")]
    [InlineData("test/point")]
    [InlineData("point")]
    [InlineData("Point")]
    public void A_component_is_found_by_id_and_by_name(string name) => Assert.Equal("test/point-v1", catalog.Find(ComponentKind.Environment, name).Id);

    [Theory]
    [InlineData("poitn", "Did you mean 'point'?")]
    [InlineData("tset/point-v1", "Did you mean 'test/point-v1'?")]
    [InlineData("humanoid", "Known: blind-point, counter, point.")]
    [InlineData("ascent", "There is no environment 'ascent'.")]
    public void An_unknown_name_gets_a_suggestion(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => catalog.Find(ComponentKind.Environment, name)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_name_says_which_plugins_are_not_in_use()
    {
        HostStubPlugin Broken(string reason) => new(_ => throw new MbMixException(reason));
        var one = HostRuns.Sessions(new TestPlugin(), Broken("has no table")).Catalog;
        foreach (var kind in Enum.GetValues<ComponentKind>())
        {
            string line = Assert.Throws<ConfigurationException>(() => one.Find(kind, "hopper")).Message;
            Assert.StartsWith($"There is no {kind.ToString().ToLowerInvariant()} 'hopper'.", line, StringComparison.Ordinal);
            Assert.EndsWith(" Not in use: MbMix.Tests (has no table).", line, StringComparison.Ordinal);
        }
        var many = HostRuns.Sessions([new TestPlugin(), .. Enumerable.Range(0, 5).Select(i => Broken(new string('x', 200)))]).Catalog;
        string all = Assert.Throws<ConfigurationException>(() => many.Find(ComponentKind.Environment, "hopper")).Message;
        Assert.EndsWith("), MbMix.Tests, MbMix.Tests and 2 more.", all, StringComparison.Ordinal);
        Assert.InRange(all.Length, 1, 300);
    }

    [Fact]
    public void A_name_that_two_ids_share_must_be_given_in_full()
    {
        var both = HostRuns.Sessions(new TestPlugin(), new HostStubPlugin(r => Add(r, "other/point-v1"))).Catalog;
        Assert.Contains("other/point-v1 or test/point-v1", Assert.Throws<ConfigurationException>(() => both.Find(ComponentKind.Environment, "point")).Message, StringComparison.Ordinal);
        Assert.Equal("other/point-v1", both.Find(ComponentKind.Environment, "other/point").Id);
    }

    [Fact]
    public void An_environment_may_say_what_it_lacks()
    {
        int asked = 0;
        var sessions = HostRuns.Sessions(new HostStubPlugin(r => r.AddEnvironment<PointOptions>("test/lacking-v1", "", (_, _) => throw new MbMixException("lacks a part: fetch it."), () =>
        {
            asked++;
            return "lacks a part: fetch it.";
        })));
        Assert.Equal(0, asked);
        Assert.Equal("lacks a part: fetch it.", sessions.Catalog.Find(ComponentKind.Environment, "lacking").FindUnavailable());
        Assert.Null(catalog.Find(ComponentKind.Environment, "point").FindUnavailable());
    }

    [Fact]
    public void One_plugin_that_fails_keeps_no_other_from_working_and_leaves_nothing_behind()
    {
        var mixed = HostRuns.Sessions(
            new HostStubPlugin(r =>
            {
                Add(r, "half/done-v1");
                throw new InvalidOperationException("on purpose");
            }),
            new HostStubPlugin(r => Add(r, "Not An Id")),
            new TestPlugin(),
            new HostStubPlugin(r => Add(r, "test/point-v1"))).Catalog;
        Assert.Equal(["test/ascent-v1", "test/blind-point-v1", "test/counter-v1", "test/point-v1", "test/still-v1"], mixed.Components.Select(c => c.Id));
        Assert.Collection(
            mixed.Problems,
            p => Assert.Contains("its registration threw InvalidOperationException: on purpose", p.Message, StringComparison.Ordinal),
            p => Assert.Contains("'Not An Id' is not of the form namespace/name-vN", p.Message, StringComparison.Ordinal),
            p => Assert.Contains("test/point-v1 is already registered by plugin MbMix.Tests.Plugin", p.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.0", null)]
    [InlineData("1.9", "1.9")]
    [InlineData("2.0", "2.0")]
    [InlineData("0.9", "0.9")]
    [InlineData("one", "major.minor")]
    public void The_contract_version_must_fit(string wanted, string? expected)
    {
        string? problem = PluginChecks.ContractProblem(wanted, "1.0");
        if (expected is null) Assert.Null(problem);
        else Assert.True(problem!.Contains(expected, StringComparison.Ordinal) && problem.Contains("1.0", StringComparison.Ordinal), problem);
    }

    private static void Add(IPluginRegistry registry, string id) => registry.AddEnvironment<PointOptions>(id, "", (_, _) => throw new InvalidOperationException());
}
