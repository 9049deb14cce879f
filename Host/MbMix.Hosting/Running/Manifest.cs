using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary><c>manifest.json</c>: with what, where and how a run was made, one entry per start.</summary>
internal static class Manifest
{
    /// <summary>The starts so far; none where there is no manifest yet.</summary>
    /// <exception cref="MbMixException">The file is no manifest.</exception>
    public static JsonArray ReadStarts(RunFolder folder)
    {
        if (!File.Exists(folder.ManifestPath)) return [];
        var starts = DocumentReader.ReadFile(folder.ManifestPath, DocumentKind.Record)
            .Get("starts", "a list of objects");
        foreach (var start in starts.Elements()) start.ExpectObject();
        return starts.ToNode()!.AsArray();
    }

    /// <summary>Adds the present start to those before and writes the manifest.</summary>
    public static void Append(
        RunFolder folder, JsonArray starts, PluginCatalog catalog, ResolvedConfiguration configuration,
        IReadOnlyList<string> commandLine, long fromIteration)
    {
        starts.Add(new JsonObject
        {
            ["utc"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["commandLine"] = new JsonArray([.. commandLine.Select(a => (JsonNode)a)]),
            ["fromIteration"] = fromIteration,
            ["seed"] = configuration.Seed,
            ["threads"] = configuration.Threads,
            ["versions"] = new JsonObject
            {
                ["mbmix"] = typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                ["contracts"] = ContractVersion.Current,
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["torchSharp"] = typeof(torch).Assembly.GetName().Version?.ToString(),
                ["libtorch"] = torch.__version__,
            },
            ["plugins"] = new JsonArray([.. catalog.Plugins.Select(Describe)]),
            ["machine"] = Machine(),
        });
        RunFolder.WriteJson(folder.ManifestPath, new JsonObject { ["starts"] = starts });
    }

    private static JsonNode Describe(PluginInfo plugin) => new JsonObject
    {
        ["name"] = plugin.Name,
        ["version"] = plugin.Version,
        ["sha256"] = File.Exists(plugin.Path) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(plugin.Path))) : null,
    };

    private static JsonObject Machine() => new()
    {
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["processor"] = Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["vectorBits"] = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        ["memoryBytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };

    private static string? Processor()
    {
        const string info = "/proc/cpuinfo";
        if (!File.Exists(info)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        string? line = File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
