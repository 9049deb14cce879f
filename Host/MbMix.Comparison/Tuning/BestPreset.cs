using System.Globalization;
using System.Text.Json.Nodes;
using MbMix.Hosting;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>The best setting of a search as a preset, for <c>mbmix train --preset FILE</c>.</summary>
internal static class BestPreset
{
    /// <summary>Makes the preset from the configuration of a run of the best trial.</summary>
    public static JsonObject Of(TunePlan plan, Trial best)
    {
        var terms = plan.Terms;
        var config = RunFolder.Open(plan.RunOf(best, terms.FirstSeed).Folder).ReadConfig();
        JsonNode? Copy(string key) => config[key]?.DeepClone();
        var run = Copy("run")?.AsObject() ?? [];
        // that of the rungs
        if (plan.Evaluations is not null) run.Remove("evaluations");
        var json = new JsonObject
        {
            ["algorithm"] = Copy("algorithm"),
            ["environment"] = Copy("environment"),
            ["provenance"] = string.Create(
                CultureInfo.InvariantCulture,
                $"mbmix tune {terms.Name}, trial {best.Number} of {terms.Trials}: mean return {best.Value:0.0} of "
                + $"seeds {terms.SeedNumbers[0]} to {terms.SeedNumbers[^1]}, by which it was chosen"),
            ["run"] = run,
            ["env"] = Copy("env"),
            ["algo"] = Copy("algo"),
        };
        if (Copy("model") is { } model) json["model"] = model;
        return json;
    }
}
