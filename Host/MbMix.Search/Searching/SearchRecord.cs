using System.Text.Json.Nodes;

namespace MbMix.Search;

/// <summary>The terms that cannot change once a search has begun, as its journal records them.</summary>
internal static class SearchRecord
{
    /// <summary>
    /// Writes the terms. The number of trials, the jobs and the title may change, and are not among them.
    /// </summary>
    public static JsonObject Of(SearchTerms terms) => new()
    {
        ["environment"] = terms.Environment,
        ["algorithm"] = terms.Algorithm,
        ["model"] = terms.Model,
        ["preset"] = terms.Preset,
        ["settings"] = new JsonArray([.. terms.Settings.Select(s => (JsonNode)s)]),
        ["budget"] = terms.Budget,
        ["seeds"] = terms.Seeds,
        ["firstSeed"] = terms.FirstSeed,
        ["goal"] = terms.Minimize ? "minimize" : "maximize",
        ["sampler"] = terms.Sampler.ToString().ToLowerInvariant(),
        ["startup"] = terms.Startup,
        ["searchSeed"] = terms.SearchSeed,
        ["pruner"] = terms.Rungs == 1 ? null : new JsonArray(terms.Eta, terms.Rungs),
        ["space"] = new JsonArray([.. terms.Space.Parameters.Select(Describe)]),
    };

    /// <summary>Rejects terms other than those that a search was begun with.</summary>
    public static void RequireSame(SearchTerms terms, DocumentValue first)
    {
        if (first.Get("event", "the name of an event").Word() != "search")
            throw first.Error("the journal of a search begins with its terms.");
        var then = first.Get("terms", "the terms of the search");
        foreach (var (key, value) in Of(terms))
        {
            string now = value?.ToJsonString() ?? "null", before = then.Find(key)?.ToNode()?.ToJsonString() ?? "null";
            if (now == before) continue;
            string change = key == "space"
                ? "another space"
                : $"{key} {OneLine.Value(before)}, not {OneLine.Value(now)}";
            throw new ConfigurationException(
                $"The folder holds a search with {change}: choose another folder, or undo the change.");
        }
    }

    private static JsonNode Describe(Parameter parameter)
    {
        var json = new JsonObject { ["name"] = parameter.Name };
        string kind = parameter.Kind.ToString().ToLowerInvariant();
        if (parameter.Kind == ParameterKind.Choice)
        {
            json[kind] = new JsonArray([.. parameter.Choices.Select(c => JsonNode.Parse(c))]);
        }
        else
        {
            json[kind] = new JsonArray(parameter.Low, parameter.High);
            json["log"] = parameter.Logarithmic;
        }
        if (parameter.Condition is not { } condition) return json;
        json["when"] = new JsonObject
        {
            [condition.Parameter] = new JsonArray([.. condition.Values.Select(v => JsonNode.Parse(v))]),
        };
        return json;
    }
}
