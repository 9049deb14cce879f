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
    /// <summary>Adds the present start.</summary>
    public static void Append(RunFolder folder, PluginCatalog catalog, ResolvedConfiguration configuration, IReadOnlyList<string> commandLine, long fromIteration)
    {
        var manifest = File.Exists(folder.ManifestPath) ? RunFolder.ReadJson(folder.ManifestPath) : new JsonObject { ["starts"] = new JsonArray() };
        manifest["starts"]!.AsArray().Add(new JsonObject
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
        RunFolder.WriteJson(folder.ManifestPath, manifest);
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
