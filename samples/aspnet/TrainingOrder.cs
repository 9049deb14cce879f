using System.Text.Json;
using MbMix;
using MbMix.Hosting;

namespace Samples.AspNet;

/// <summary>The body of <c>POST /trainings</c>.</summary>
/// <param name="Environment">Environment, by id or name.</param>
/// <param name="Algorithm">Algorithm, by id or name.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="Budget">Environment steps to train for; null for the preset's.</param>
/// <param name="Settings">Settings such as <c>"algo.horizon": 16</c>.</param>
internal sealed record TrainingOrder(
    string? Environment, string? Algorithm, long Seed = 0, long? Budget = null,
    Dictionary<string, JsonElement>? Settings = null)
{
    public TrainingRequest ToRequest(int threads) => new()
    {
        Environment = Environment ?? throw new ConfigurationException("Which environment? Add 'environment'."),
        Algorithm = Algorithm ?? throw new ConfigurationException("Which algorithm? Add 'algorithm'."),
        Seed = Seed,
        Budget = Budget,
        Threads = threads,
        // a text is given as it is, everything else as JSON
        Settings = [.. (Settings ?? []).Select(s => $"{s.Key}={s.Value}")],
    };
}
