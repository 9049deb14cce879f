using MbMix.Comparison;
using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Whatever its spelling, a component is compared once.</summary>
public sealed class CompareNames
{
    private static readonly PluginCatalog Catalog = HostRuns.Sessions().Catalog;
    private static readonly ProcessRunLauncher Launcher = new("mbmix");

    [Theory]
    [InlineData("--env names test/point-v1 twice, as point and as test/point-v1; name it once.", "point test/point-v1", "ascent")]
    [InlineData("--env names test/point-v1 twice, as Point-v1 and as test/point; name it once.", "Point-v1 blind-point test/point", "ascent")]
    [InlineData("--algo names test/ascent-v1 twice, as ascent and as test/ascent-v1; name it once.", "point", "ascent test/ascent-v1")]
    [InlineData("--env names point twice; name it once.", "point point", "ascent")]
    public void A_double_is_refused_with_both_spellings(string expected, string environments, string algorithms)
    {
        using var folder = new CompareFolder(seeds: 1, algorithms.Split(' '));
        var plan = folder.Plan with { Environments = environments.Split(' ') };
        var error = Assert.Throws<ConfigurationException>(() =>
        {
            plan.Validate();
            plan.Resolve(Catalog);
        });
        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void Names_stay_as_given()
    {
        using var folder = new CompareFolder(seeds: 1, "Ascent");
        var plan = (folder.Plan with { Environments = ["point", "blind-point"] }).Resolve(Catalog);
        Assert.Equal(["point", "blind-point"], plan.Runs.Select(r => r.Environment));
        Assert.EndsWith("runs/point/Ascent/seed0", plan.Runs[0].Folder, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_arm_under_two_labels_is_a_control()
    {
        var experiment = Parse("""[ { "label": "ascent", "algorithm": "ascent" }, { "label": "again", "algorithm": "test/ascent-v1" } ]""");
        using var folder = new CompareFolder();
        var plan = (folder.Plan with { Environments = experiment.Environments, Arms = experiment.Arms }).Resolve(Catalog);
        Assert.Equal(2, plan.Arms.Count);
    }

    [Theory]
    [InlineData("point")]
    [InlineData("test/point-v1")]
    [InlineData("test/Point")]
    [InlineData("point-v1")]
    public void What_an_experiment_gives_for_an_environment_may_spell_it_in_any_way(string name)
    {
        var experiment = Parse(
            """[ { "label": "a", "algorithm": "ascent", "environmentSettings": { "NAME": ["algo.lanes=2"] } } ]""".Replace("NAME", name, StringComparison.Ordinal),
            $$""", "environmentSettings": { "{{name}}": ["run.budget=7"] }, "scale": { "{{name}}": [0, 10] }""");
        Assert.Equal(["run.budget=7", "algo.lanes=2"], experiment.Arms[0].SettingsOn("test/point-v1"));
        Assert.Empty(experiment.Arms[0].SettingsOn("blind-point"));
        Assert.Equal((0, 10), experiment.Scale["test/point-v1"]);
        Assert.Equal(["test/point-v1"], experiment.SelectEnvironments([name]));
    }

    [Theory]
    [InlineData("""[ { "label": "a", "algorithm": "x" } ]""", """, "scale": { "piont": [0, 10] }""", "a scale is given for piont, which is not among its environments.")]
    [InlineData("""[ { "label": "a", "algorithm": "x" } ]""", """, "scale": { "point": [0, 10], "test/point-v1": [0, 1] }""", "a scale is given twice for test/point-v1, the second time as test/point-v1.")]
    [InlineData("""[ { "label": "a", "algorithm": "x", "environmentSettings": { "test/point-v1": [], "point": [] } } ]""", "", "settings are given twice for test/point-v1, the second time as point.")]
    public void What_an_experiment_gives_twice_or_for_nothing_is_refused(string arms, string more, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Parse(arms, more)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_experiment_that_names_an_environment_twice_is_refused()
    {
        const string json = """{ "environments": ["point", "test/point-v1"], "arms": [ { "label": "a", "algorithm": "x" } ] }""";
        var error = Assert.Throws<ConfigurationException>(() => ExperimentReader.Parse("e", json, Catalog));
        Assert.Equal("Experiment e names test/point-v1 twice, as point and as test/point-v1; name it once.", error.Message);
    }

    [Fact]
    public void A_selection_from_an_experiment_names_everything_once()
    {
        var experiment = Parse("""[ { "label": "a", "algorithm": "x" } ]""");
        var error = Assert.Throws<ConfigurationException>(() => experiment.SelectEnvironments(["point", "test/point-v1"]));
        Assert.Equal("--env names test/point-v1 twice, as point and as test/point-v1; name it once.", error.Message);
        Assert.Contains("--arms names a twice, as a and as A", Assert.Throws<ConfigurationException>(() => experiment.Select(["a", "A"])).Message, StringComparison.Ordinal);
        Assert.Equal(["blind-point"], experiment.SelectEnvironments(["test/blind-point-v1"]));
    }

    [Theory]
    [InlineData("point", "test/point-v1", "ascent", "ascent", "test/point-v1 is called 'point', but here it is called 'test/point-v1': use the same name")]
    [InlineData("point", "point", "ascent", "test/ascent-v1", "test/ascent-v1 is called 'ascent', but here it is called 'test/ascent-v1': use the same name")]
    public void A_comparison_goes_on_under_the_names_it_began_with(string environment, string later, string algorithm, string laterAlgorithm, string expected)
    {
        using var folder = new CompareFolder(seeds: 1, algorithm);
        var first = (folder.Plan with { Environments = [environment] }).Resolve(Catalog);
        var second = (first with { Environments = [later], Arms = ComparisonArm.Plain(laterAlgorithm) }).Resolve(Catalog);
        new ComparisonReport(first).Begin(Launcher);
        // nothing is trained yet
        new ComparisonReport(second).Begin(Launcher);
        new ComparisonReport(first).Begin(Launcher);
        CompareFolder.Interrupt(first.Runs[0]);
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => new ComparisonReport(second).Begin(Launcher)).Message, StringComparison.Ordinal);
        new ComparisonReport(first).Begin(Launcher);
        new ComparisonReport((first with { Environments = [environment, "blind-point"] }).Resolve(Catalog)).Begin(Launcher);
    }

    [Fact]
    public void A_name_that_stands_for_something_else_than_before_is_refused()
    {
        using var folder = new CompareFolder(seeds: 1, "ascent");
        var plan = (folder.Plan with { Environments = ["point"] }).Resolve(Catalog);
        new ComparisonReport(plan).Begin(Launcher);
        string file = Path.Combine(folder.Path, "comparison.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("test/point-v1", "other/point-v1", StringComparison.Ordinal));
        CompareFolder.Finish(plan.Runs[0], 1);
        var error = Assert.Throws<ConfigurationException>(() => new ComparisonReport(plan).Begin(Launcher));
        Assert.Contains("'point' is other/point-v1, but here it is test/point-v1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Comparisons_from_before_there_were_ids_go_on()
    {
        using var folder = new CompareFolder(seeds: 1, "ascent");
        var plan = (folder.Plan with { Environments = ["point"] }).Resolve(Catalog);
        CompareFolder.Finish(plan.Runs[0], 1);
        string file = Path.Combine(folder.Path, "comparison.json");
        File.WriteAllText(file, """{ "budget": null, "settings": [], "arms": { "ascent": "--algo ascent" } }""");
        new ComparisonReport(plan).Begin(Launcher);
        var terms = ComparisonTerms.Read(file);
        Assert.Equal("test/point-v1", terms.Environments["point"]);
        Assert.Equal("test/ascent-v1", terms.Algorithms["ascent"]);
    }

    // both environments in one spelling each
    private static Experiment Parse(string arms, string more = "") =>
        ExperimentReader.Parse("e", $$"""{ "environments": ["test/point-v1", "blind-point"], "arms": {{arms}}{{more}} }""", Catalog);
}
