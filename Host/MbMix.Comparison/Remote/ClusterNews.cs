using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Comparison;

/// <summary>What the live page shows of a cluster.</summary>
internal static class ClusterNews
{
    // more than a person reads, and a browser draws them twice a second
    private const int Most = 200;

    /// <summary>Looks at a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<JsonObject> ReadAsync(IClusterConnection cluster, CancellationToken stop) =>
        Of(await cluster.ObserveAsync(stop).ConfigureAwait(false));

    /// <summary>Writes what was seen; of many things, those that still go on.</summary>
    public static JsonObject Of(ClusterGlance glance)
    {
        var shown = glance with
        {
            Runners =
            [
                .. glance.Runners.OrderByDescending(r => r.Runs).Take(Most)
                    .OrderBy(r => r.Name, StringComparer.Ordinal),
            ],
            Sweeps = [.. glance.Sweeps.OrderByDescending(s => s.AtWork + s.Waiting > 0).Take(Most)],
            Work = [.. glance.Work.Take(Most)],
        };
        var json = JsonSerializer.SerializeToNode(shown, JsonSerializerOptions.Web)!.AsObject();
        string?[] more =
        [
            More(glance.Runners.Count - shown.Runners.Count, "runner"),
            More(glance.Sweeps.Count - shown.Sweeps.Count, "sweep"),
            More(glance.Work.Count - shown.Work.Count, "run") is { } runs ? runs + " at work" : null,
        ];
        if (more.OfType<string>().ToList() is { Count: > 0 } left) json["more"] = $"and {string.Join(", ", left)}";
        return json;
    }

    private static string? More(int number, string what) =>
        number > 0 ? Amount.Of(number, "more " + what) : null;
}
