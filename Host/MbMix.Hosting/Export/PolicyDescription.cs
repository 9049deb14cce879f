using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>Describes a policy in words and numbers, in the same way in every format.</summary>
internal static class PolicyDescription
{
    private static readonly JsonSerializerOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Creates the description as a document.</summary>
    /// <param name="format">Name and version of the document's format.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="statistics">Whether to include the mean and deviation of each observation.</param>
    public static JsonObject Document(string format, PolicyArtifact policy, bool statistics) => new()
    {
        ["format"] = format,
        ["environment"] = policy.Environment,
        ["algorithm"] = policy.Algorithm,
        ["envSteps"] = policy.EnvironmentSteps,
        ["controlPeriod"] = policy.ControlPeriod,
        ["controlRate"] = 1 / policy.ControlPeriod,
        ["observation"] = new JsonArray([.. policy.Observation.Dimensions.Select((d, i) =>
        {
            var component = new JsonObject { ["name"] = d.Name, ["unit"] = d.Unit };
            if (!statistics || policy.Normalizer is not { } normalizer) return component;
            component["mean"] = normalizer.Mean[i];
            // a component that is multiplied by zero has no deviation
            component["deviation"] = normalizer.Scale[i] == 0 ? null : 1 / (double)normalizer.Scale[i];
            return component;
        })]),
        ["action"] = new JsonArray([.. policy.Action.Dimensions.Select(d => new JsonObject
        {
            ["name"] = d.Name,
            ["unit"] = d.Unit,
            ["low"] = d.Low,
            ["high"] = d.High,
        })]),
        ["network"] = new JsonArray([.. PolicyModule.Of(policy).Select(m => m.Describe())]),
        ["squash"] = policy.Squash.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// Creates the description as texts, for formats whose metadata are texts: a text is itself, everything else JSON.
    /// </summary>
    public static Dictionary<string, string> Texts(string format, PolicyArtifact policy) =>
        Document(format, policy, statistics: false).ToDictionary(
            member => member.Key,
            member => member.Value is JsonValue value && value.TryGetValue(out string? text)
                ? text
                : member.Value!.ToJsonString(Compact));
}
