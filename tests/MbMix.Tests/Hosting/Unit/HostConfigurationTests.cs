using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

public sealed class HostConfigurationTests
{
    private static readonly TrainingSessions Sessions = HostRuns.Sessions();

    [Fact]
    public void The_preset_for_algorithm_and_environment_is_taken_unless_another_is_named()
    {
        var taken = Resolve();
        Assert.Equal(("point", 3200L, 8, 2.0), (taken.Preset, taken.Run.Budget, Algo(taken).Horizon, ((PointOptions)taken.EnvironmentOptions).Spread));
        Assert.Equal(0.001, Algo(Sessions.Resolve(HostRuns.Request with { Preset = "point-slow" })).LearningRate);
        var plain = Sessions.Resolve(HostRuns.Request with { Preset = "none" });
        Assert.Equal((null, 1_000_000L, 4), (plain.Preset, plain.Run.Budget, Algo(plain).Horizon));
        Assert.Null(Sessions.Resolve(HostRuns.Request with { Environment = "blind-point" }).Preset);
    }

    [Fact]
    public void A_component_that_a_file_names_and_nobody_has_names_the_file()
    {
        var json = Resolve().ToJson();
        json["environment"] = "test/pont-v1";
        var e = Assert.Throws<ConfigurationException>(() => Sessions.Resolve(json, []));
        Assert.Equal("config.json: There is no environment 'test/pont-v1'. Did you mean 'test/point-v1'?", e.Message);
    }

    [Fact]
    public void A_mistake_in_a_preset_names_preset_and_plugin()
    {
        var e = Assert.Throws<ConfigurationException>(() => Sessions.Resolve(HostRuns.Request with { Preset = "point-mistaken" }));
        Assert.StartsWith("preset point-mistaken of plugin MbMix.Tests.Plugin: algo.horizon = 1000: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("algo.learningRate=0.5", 0.5)]
    [InlineData("ALGO.LEARNINGRATE = 0.5", 0.5)]
    [InlineData("algo.learning_rate=0.5", null)]
    public void Settings_do_not_care_about_case(string setting, double? expected)
    {
        if (expected is { } value) Assert.Equal(value, Algo(Resolve(setting)).LearningRate);
        else Assert.Throws<ConfigurationException>(() => Resolve(setting));
    }

    [Fact]
    public void Settings_reach_nested_options_lists_names_and_texts()
    {
        var algo = Algo(Resolve("algo.noise.scale=0.25", "algo.layers=8,9", "algo.model=none", "algo.message=12", "algo.lanes=1.6e1"));
        Assert.Equal((0.25, ModelUse.None, "12", 16), (algo.Noise.Scale, algo.Model, algo.Message, algo.Lanes));
        Assert.Equal([8, 9], algo.Layers);
        foreach (string one in new[] { "[1]", "1", "\"1\"", "1e0", "[1.0]" })
            Assert.Equal([1], Algo(Resolve($"algo.layers={one}")).Layers);
    }

    [Theory]
    [InlineData("algo.horizn=3", "algo.horizn is unknown. Did you mean 'horizon'?")]
    [InlineData("algo.noise.scal=3", "algo.noise.scal is unknown. Did you mean 'scale'?")]
    [InlineData("aglo.horizon=3", "there is no section 'aglo'. Did you mean 'algo'?")]
    [InlineData("run.budgt=3", "run.budgt is unknown. Did you mean 'budget'?")]
    [InlineData("algo.horizon=many", "algo.horizon = \"many\": a whole number from 1 to 64 is expected.")]
    [InlineData("algo.horizon=2.5", "algo.horizon = 2.5: a whole number from 1 to 64 is expected.")]
    [InlineData("algo.horizon=100", "algo.horizon = 100: a whole number from 1 to 64 is expected.")]
    [InlineData("algo.noise.scale=2", "algo.noise.scale = 2: a number from 0 to 1 is expected.")]
    [InlineData("algo.model=sometimes", "one of None, Optional, Required is expected")]
    [InlineData("algo.model=None,Required", "one of None, Optional, Required is expected")]
    [InlineData("algo.lanes=4096", "lanes times horizon must not exceed 10000")]
    [InlineData("algo.model=requird", "one of None, Optional, Required is expected. Did you mean 'Required'?")]
    [InlineData("algo.model=1", "algo.model = 1: one of None, Optional, Required is expected.")]
    [InlineData("algo.model=[\"None\"]", "one of None, Optional, Required is expected.")]
    [InlineData("algo.layers=x", "algo.layers = \"x\": a list of whole numbers such as [64, 64] is expected.")]
    [InlineData("algo.layers=[[1]]", "algo.layers = [[1]]: a list of whole numbers such as [64, 64] is expected.")]
    [InlineData("algo.layers={}", "algo.layers = {}: a list of whole numbers such as [64, 64] is expected.")]
    [InlineData("algo.scale=0.2", "algo.scale is unknown. Known: ballast, delay, holdAt, holdFile, horizon, lanes, layers, learningRate, message, model, noise, throwAt.")]
    [InlineData("algo.rate=0.2", "algo.rate is unknown. Did you mean 'learningRate'?")]
    [InlineData("env.broken=1", "env.broken = 1: true or false is expected.")]
    [InlineData("env.spread=NaN", "env.spread = NaN: a number from 0 to 10 is expected.")]
    [InlineData("run.budget=0", "run.budget = 0: a whole number of at least 1 is expected.")]
    [InlineData("env.broken=maybe", "true or false is expected")]
    [InlineData("algo.horizon", "write section.key=value")]
    [InlineData("horizon=3", "write section.key=value")]
    [InlineData("model.derivatives=Full", "no model is chosen: add TrainingRequest.Model")]
    public void A_wrong_setting_is_explained(string setting, string expected) => Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Resolve(setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_errors_come_in_one_line()
    {
        string message = Assert.Throws<ConfigurationException>(() => Resolve("algo.horizn=3", "algo.lanes=-1", "env.spread=x", "run.budget=0")).Message;
        foreach (string part in new[] { "algo.horizn", "algo.lanes = -1", "env.spread", "run.budget = 0" }) Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void What_config_json_holds_resolves_to_the_same()
    {
        var original = Sessions.Resolve(HostRuns.Request with { Model = "still", Settings = ["algo.noise.scale=0.3", "model.derivatives=full", "algo.layers=1,2,3"] }) with { PluginFolders = ["/somewhere"] };
        var json = JsonNode.Parse(original.ToJson().ToJsonString())!.AsObject();
        var back = Sessions.Resolve(json, []);
        Assert.Equal(original.ToJson().ToJsonString(), back.ToJson().ToJsonString());
        var changed = Sessions.Resolve(json, ["algo.horizon=2"], seed: 9, budget: 77);
        Assert.Equal((9L, 77L, 2, 0.3), (changed.Seed, changed.Run.Budget, Algo(changed).Horizon, Algo(changed).Noise.Scale));
    }

    [Theory]
    [InlineData("""{ "algorithm": "test/ascent-v1" }""", "preset p: 'environment' is missing; the id of an environment is expected.")]
    [InlineData("""{ "algorithm": "a/b-v1", "environment": "c/d-v1", "agent": {} }""", "preset p: the key 'agent' is unknown.")]
    [InlineData("""{ "algorithm": "a/b-v1", "environment": "c/d-v1", "run": 3 }""", "preset p: 'run' is 3; a JSON object is expected.")]
    [InlineData("""[]""", "preset p: the document is a list of 0; a JSON object is expected.")]
    public void A_broken_preset_is_explained(string json, string expected)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.Contains(expected, Assert.Throws<MbMixException>(() => PresetReader.Read(stream, "p", "plugin")).Message, StringComparison.Ordinal);
    }

    private static ResolvedConfiguration Resolve(params string[] settings) => Sessions.Resolve(HostRuns.Request with { Settings = settings });

    private static AscentOptions Algo(ResolvedConfiguration configuration) => (AscentOptions)configuration.AlgorithmOptions;
}
