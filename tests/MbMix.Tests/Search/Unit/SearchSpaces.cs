using MbMix.Search;

namespace MbMix.Tests.Unit;

/// <summary>Spaces of settings and the files that describe them.</summary>
public sealed class SearchSpaces
{
    private const string Branches = """
        {
          "note": "for people", "trials": 7, "seeds": 3, "firstSeed": 20, "sampler": "sobol", "goal": "minimize",
          "space": {
            "algo.decay": { "real": [0.5, 1], "when": { "algo.kind": ["slow", "both"] } },
            "algo.kind": { "choice": ["slow", "fast", "both"] },
            "algo.rate": { "real": [1e-4, 1], "log": true },
            "algo.size": { "integer": [1, 64], "log": true },
            "algo.layers": { "choice": [[16], [64, 64]] }
          }
        }
        """;

    [Fact]
    public void A_file_is_read_and_branches_follow_their_choice()
    {
        var terms = SearchReader.Parse("s", Branches);
        Assert.Equal((7, 3, 20L, SamplerKind.Sobol, true), (terms.Trials, terms.Seeds, terms.FirstSeed, terms.Sampler, terms.Minimize));
        Assert.Equal([20, 21, 22], terms.SeedNumbers);
        var space = terms.Space;
        Assert.Equal(["algo.kind", "algo.decay", "algo.rate", "algo.size", "algo.layers"], space.Parameters.Select(p => p.Name));
        var slow = space.At([0, 0.5, 0.5, 0.5, 0.9]);
        Assert.Equal("""{"algo.kind":"slow","algo.decay":0.75,"algo.rate":0.0100,"algo.size":6,"algo.layers":[64,64]}""", System.Text.RegularExpressions.Regex.Replace(space.ToJson(slow).ToJsonString(), @"0\.0100\d+", "0.0100"));
        var fast = space.At([0.5, 0.5, 0, 1, 0]);
        Assert.Equal("""{"algo.kind":"fast","algo.rate":0.0001,"algo.size":64,"algo.layers":[16]}""", space.ToJson(fast).ToJsonString());
        foreach (var setting in new[] { slow, fast })
        {
            var json = DocumentReader.Parse(System.Text.Encoding.UTF8.GetBytes(space.ToJson(setting).ToJsonString()), "x", DocumentKind.Record);
            Assert.Equal(setting, space.Read(json));
        }
    }

    [Fact]
    public void Every_value_of_a_parameter_has_its_place()
    {
        var parameter = new Parameter { Name = "n", Kind = ParameterKind.Integer, Low = 3, High = 40, Logarithmic = true };
        for (int value = 3; value <= 40; value++) Assert.Equal(value, parameter.At(parameter.PlaceOf(value)));
        Assert.Equal((3, 40), (parameter.At(0), parameter.At(1)));
        var even = parameter with { Low = 1, High = 4, Logarithmic = false };
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], Enumerable.Range(0, 8).Select(i => even.At((i + 0.5) / 8)));
    }

    [Theory]
    [InlineData("{}", "Search s: 'space' is missing; an object with a member per parameter is expected.")]
    [InlineData("""{ "space": {} }""", "Search s: The space has no parameters; at least one is expected.")]
    [InlineData("""{ "spase": {} }""", "Search s: the key 'spase' is unknown. Did you mean 'space'?")]
    [InlineData("""{ "space": { "a": { "real": [2, 1] } } }""", "Search s: Parameter 'a' has the empty range [2, 1]; write [low, high] with low at most high.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1], "log": true } } }""", "Search s: Parameter 'a' is logarithmic and begins at 0; a low above 0 is expected.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1] }, "A": { "real": [0, 1] } } }""", "Search s: The space has two parameters 'a'; name it once.")]
    [InlineData("""{ "space": { "a": { "choice": [] } } }""", "Search s: Parameter 'a' has no values to choose from; list at least one.")]
    [InlineData("""{ "space": { "a": { "choice": [1, 1] } } }""", "Search s: Parameter 'a' lists the value 1 twice; list it once.")]
    [InlineData("""{ "space": { "a": { "rael": [0, 1] } } }""", "Search s: the key 'space.a.rael' is unknown. Did you mean 'real'?")]
    [InlineData("""{ "space": { "a": { "real": [0] } } }""", "Search s: 'space.a.real' is a list of 1; [low, high] is expected.")]
    [InlineData("""{ "space": { "a": { "integer": [0, 1.5] } } }""", "Search s: 'space.a.integer[1]' is 1.5; a whole number of 64 bits is expected.")]
    [InlineData("""{ "space": { "a": { "choice": [1], "log": true } } }""", "Search s: the choice 'a' cannot be logarithmic.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1], "when": { "bb": [1] } }, "b": { "choice": [1] } } }""", "Search s: Parameter 'a' has a condition on 'bb', which is no parameter of the space. Did you mean 'b'?")]
    [InlineData("""{ "space": { "a": { "real": [0, 1], "when": { "b": ["slo"] } }, "b": { "choice": ["slow"] } } }""", "Search s: Parameter 'a' has the condition b = \"slo\", which is none of its values. Did you mean '\"slow\"'?")]
    [InlineData("""{ "space": { "a": { "real": [0, 1], "when": { "b": [1] } }, "b": { "real": [0, 1] } } }""", "Search s: Parameter 'a' has a condition on 'b', which is no choice; only choices have branches.")]
    [InlineData("""{ "space": { "a": { "choice": [1], "when": { "b": [1] } }, "b": { "choice": [1], "when": { "a": [1] } } } }""", "Search s: Parameter 'a' depends on itself by its condition; conditions must not form a circle.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1] } }, "sampler": "tpee" }""", "Search s: 'tpee' is unknown. Did you mean 'tpe'?")]
    [InlineData("""{ "space": { "a": { "real": [0, 1] } }, "trials": 0 }""", "Search s: 'trials' is 0; a whole number between 1 and 100000 is expected.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1] } }, "pruner": { "asha": {} } }""", "Search s: the pruner needs a 'budget', of which its rungs are parts.")]
    [InlineData("""{ "space": { "a": { "real": [0, 1] } }, "budget": 8, "pruner": { "asha": { "eta": 3 } } }""", "Search s: 3 rungs with eta 3 are too many for a budget of 8 steps.")]
    public void A_bad_file_is_one_line(string json, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => SearchReader.Parse("s", json)).Message);
}
