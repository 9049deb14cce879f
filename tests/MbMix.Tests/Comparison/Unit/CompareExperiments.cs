using MbMix.Comparison;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class CompareExperiments
{
    private const string Small = """
        {
          "title": "small", "environments": ["e/a-v1", "e/b-v1"], "seeds": 2, "budget": 100, "settings": ["run.evaluations=4"],
          "environmentSettings": { "e/b-v1": ["run.budget=7"] },
          "arms": [
            { "label": "one", "algorithm": "x/y-v1", "model": "none", "settings": ["algo.k=1"], "environmentSettings": { "e/b-v1": ["algo.k=2"] } },
            { "label": "two = 2", "algorithm": "x/y-v1", "preset": "p", "control": true }
          ],
          "scale": { "e/a-v1": [-10, 0] }
        }
        """;

    [Fact]
    public void Settings_of_everybody_come_first_then_the_arms_then_the_environments()
    {
        var experiment = ExperimentReader.Parse("small", Small);
        var plan = Plan(experiment) with { Settings = ["algo.k=9"] };
        Assert.Equal(8, plan.Runs.Count);
        var run = plan.Runs.Single(r => r is { Environment: "e/b-v1", Label: "one", Seed: 1 });
        Assert.Equal(
            "train e/b-v1 --algo x/y-v1 --model none --seed 1 --threads 1 --out f/runs/e.b-v1/one/seed1 --budget 100 --set run.evaluations=4 --set algo.k=1 --set run.budget=7 --set algo.k=2 --set algo.k=9",
            string.Join(' ', plan.TrainArguments(run)));
        Assert.Contains("--preset p", string.Join(' ', plan.TrainArguments(plan.Runs.First(r => r.Label == "two = 2"))), StringComparison.Ordinal);
        Assert.EndsWith("two-=-2/seed0", plan.Runs.First(r => r.Label == "two = 2").Folder, StringComparison.Ordinal);
        Assert.Equal(plan.Request(run).Settings, ["run.evaluations=4", "algo.k=1", "run.budget=7", "algo.k=2", "algo.k=9"]);
    }

    [Fact]
    public void A_plan_changed_by_with_has_its_own_runs()
    {
        var plan = Plan(ExperimentReader.Parse("small", Small));
        Assert.Equal(8, plan.Runs.Count);
        var other = plan with { Seeds = 1, Folder = "g" };
        Assert.Equal(4, other.Runs.Count);
        Assert.All(other.Runs, r => Assert.StartsWith("g/", r.Folder, StringComparison.Ordinal));
        Assert.Same(plan.Runs, plan.Runs);
    }

    [Fact]
    public void Seeds_begin_with_the_first_one()
    {
        var experiment = ExperimentReader.Parse("later", Small.Replace("\"seeds\": 2", "\"seeds\": 2, \"firstSeed\": 20", StringComparison.Ordinal));
        Assert.Equal([20, 21], Plan(experiment).Runs.Select(r => r.Seed).Distinct());
        Assert.EndsWith("seed20", Plan(experiment).Runs[0].Folder, StringComparison.Ordinal);
        Assert.Equal([0, 1], Plan(ExperimentReader.Parse("small", Small)).Runs.Select(r => r.Seed).Distinct());
    }

    [Fact]
    public void Arms_are_chosen_by_label()
    {
        var experiment = ExperimentReader.Parse("small", Small);
        Assert.Equal("one", Assert.Single(experiment.Select(["ONE"])).Label);
        Assert.Contains("Did you mean 'one'?", Assert.Throws<ConfigurationException>(() => experiment.Select(["onn"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Environments_are_chosen_by_id_or_name()
    {
        var experiment = ExperimentReader.Parse("small", Small);
        Assert.Equal(["e/b-v1"], experiment.SelectEnvironments(["b"]));
        Assert.Equal(["e/a-v1", "e/b-v1"], experiment.SelectEnvironments(["e/b-v1", "A"]));
        Assert.Contains("it has e/a-v1, e/b-v1", Assert.Throws<ConfigurationException>(() => experiment.SelectEnvironments(["c"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "environments": ["e"], "arms": [ { "label": "a", "algorithm": "x" } ], "seed": 3 }""", "seed")]
    [InlineData("""{ "environments": [], "arms": [ { "label": "a", "algorithm": "x" } ] }""", "no environments")]
    [InlineData("""{ "environments": ["e"] }""", "no arms")]
    [InlineData("""{ "environments": ["e"], "arms": [ { "label": "a,b", "algorithm": "x" } ] }""", "'a,b' cannot be the label")]
    [InlineData("""{ "environments": ["e"], "arms": [ { "label": "a" } ] }""", "arm a names no algorithm")]
    [InlineData("""{ "environments": ["e"], "arms": [ { "label": "a b", "algorithm": "x" }, { "label": "A-b", "algorithm": "y" } ] }""", "would share a folder")]
    [InlineData("""{ "environments": ["env"], "environmentSettings": { "enf": [] }, "arms": [ { "label": "a", "algorithm": "x" } ] }""", "Did you mean 'env'?")]
    [InlineData("""{ "environments": ["e"], "scale": { "e": [1, 1] }, "arms": [ { "label": "a", "algorithm": "x" } ] }""", "[zero, one]")]
    [InlineData("""{ "environments": ["e"], "needs": { "cores": 0 }, "arms": [ { "label": "a", "algorithm": "x" } ] }""", "'needs.cores' is 0; a whole number between 1 and 1024 is expected.")]
    [InlineData("""{ "environments": ["e"], "arms": [ { "label": "a", "algorithm": "x", "needs": { "memory": 0 } } ] }""", "a number of GiB above 0, up to 1048576 is expected.")]
    [InlineData("""{ "environments": ["e"], "needs": { "core": 2 }, "arms": [ { "label": "a", "algorithm": "x" } ] }""", "Did you mean 'cores'?")]
    [InlineData("""{ "environments": """, "Experiment x is not valid JSON: line 1, byte 19")]
    public void An_experiment_that_makes_no_sense_is_refused_in_one_line(string json, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => ExperimentReader.Parse("x", json));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Every_experiment_of_this_project_has_its_controls_and_options_that_exist()
    {
        var sessions = HostRuns.Sessions(BundledPlugins.All());
        string[] names = [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f))];
        Assert.Superset(new HashSet<string> { "table1", "table1-shac64", "horizon-sweep", "alpha-sweep", "data-efficiency", "model-starts" }, names.ToHashSet());
        foreach (string name in names)
        {
            var plan = Plan(ExperimentReader.Read(name, Folder));
            plan.Validate();
            var settings = plan.Arms.ToDictionary(a => a.Label, a => sessions.Resolve(plan.Request(plan.Runs.First(r => r.Arm == a))));
            foreach (var run in plan.Runs.Where(r => r.Seed == plan.FirstSeed)) sessions.Resolve(plan.Request(run));

            // no model, lambda = 1 (or SHAC, which is the same), alpha = 0
            var mixes = settings.Values.Where(c => c.Algorithm == "mbmix/mbmix-v1").ToList();
            Assert.Contains(mixes, c => c.Model is null);
            Assert.Contains(settings.Values, c => c.Algorithm == "mbmix/shac-v1" || Number(c.AlgorithmOptions, "Lambda") == 1);
            if (mixes.Exists(c => c.Model is not null)) Assert.Contains(mixes, c => c.Model is not null && Number(c.ModelOptions!, "Alpha") == 0);
            if (mixes.Exists(c => c.Model is not null)) Assert.Contains(mixes, c => c.Model is not null && Number(c.AlgorithmOptions, "Lambda") == 1);
        }
    }

    private static string Folder => Path.Combine(Shell.Host, "experiments");

    private static double Number(object options, string property) => (double?)options.GetType().GetProperty(property)?.GetValue(options) ?? double.NaN;

    private static ComparisonPlan Plan(Experiment experiment) => new()
    {
        Environments = experiment.Environments,
        Arms = experiment.Arms,
        Seeds = experiment.Seeds,
        FirstSeed = experiment.FirstSeed,
        Budget = experiment.Budget,
        Folder = "f",
        Scale = experiment.Scale,
    };
}
