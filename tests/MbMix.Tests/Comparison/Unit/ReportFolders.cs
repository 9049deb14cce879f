using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Tests.Unit;

/// <summary>Files of runs beside those of <see cref="CompareFolder"/>.</summary>
internal static class ReportFolders
{
    /// <summary>Writes the configuration and the manifest of a run.</summary>
    public static void Configure(
        string folder, string environment, string algorithm, long seed, long budget, params (string Key, string Value)[] settings)
    {
        Directory.CreateDirectory(folder);
        var algo = new JsonObject();
        foreach (var (key, value) in settings) algo[key] = value;
        var config = new JsonObject
        {
            ["environment"] = environment,
            ["algorithm"] = algorithm,
            ["preset"] = null,
            ["provenance"] = null,
            ["seed"] = seed,
            ["threads"] = 1,
            ["plugins"] = new JsonArray(),
            ["run"] = new JsonObject { ["budget"] = budget },
            ["env"] = new JsonObject(),
            ["algo"] = algo,
            ["model"] = null,
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        var start = new JsonObject
        {
            ["commandLine"] = new JsonArray("train", environment, "--algo", algorithm),
            ["versions"] = new JsonObject { ["mbmix"] = "0.1.0+abc123", ["libtorch"] = "2.10.0" },
            ["machine"] = new JsonObject { ["processor"] = "a processor", ["cores"] = 2, ["vectorBits"] = 256, ["memoryBytes"] = 1L << 33, ["system"] = "a system" },
            ["threads"] = 1,
        };
        File.WriteAllText(Path.Combine(folder, "manifest.json"), new JsonObject { ["starts"] = new JsonArray(start) }.ToJsonString());
    }

    /// <summary>Writes metrics as long trainings leave them, with columns about gradients.</summary>
    public static void WriteMetrics(string folder, int lines)
    {
        var text = new StringBuilder("iteration,env_steps,return,loss/actor,gradient/actor,gradient/actor-clipped,gradient/skipped,wall_seconds\n");
        for (int i = 1; i <= lines; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i},{64 * i},{-1000.0 / i},{Math.Sin(i)},{Math.Exp(Math.Sin(i * 0.1))},{i % 2},{i / 100},{0.01 * i}\n");
        File.WriteAllText(Path.Combine(folder, "metrics.csv"), text.ToString());
    }
}
