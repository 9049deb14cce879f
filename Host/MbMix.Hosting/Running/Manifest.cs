using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// Reads and writes <c>manifest.json</c>, which records for each start of a run its command line, versions and machine.
/// </summary>
internal static class Manifest
{
    /// <summary>Reads the starts recorded so far; none if there is no manifest yet.</summary>
    /// <exception cref="MbMixException">The file is not a manifest.</exception>
    public static JsonArray ReadStarts(RunFolder folder)
    {
        if (!File.Exists(folder.ManifestPath)) return [];
        var starts = DocumentReader.ReadFile(folder.ManifestPath, DocumentKind.Record)
            .Get("starts", "a list of objects");
        foreach (var start in starts.Elements()) start.ExpectObject();
        return starts.ToNode()!.AsArray();
    }

    /// <summary>Describes what the numbers of a run depend on beside its configuration.</summary>
    /// <param name="catalog">The plugins.</param>
    /// <param name="env">Description of the environment; null if it has not been made.</param>
    /// <param name="components">Ids of the components that the run uses.</param>
    public static JsonObject Surroundings(
        PluginCatalog catalog, EnvSpec? env, params IEnumerable<string?> components)
    {
        return new JsonObject
        {
            ["versions"] = new JsonObject
            {
                ["mbmix"] = typeof(Manifest).Assembly
                    .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                ["contracts"] = ContractVersion.Current,
                ["dotnet"] = RuntimeInformation.FrameworkDescription,
                ["torchSharp"] = typeof(torch).Assembly.GetName().Version?.ToString(),
                ["libtorch"] = TorchLibrary.IsPresent ? torch.__version__ : null,
                ["simulator"] = env?.Simulator,
            },
            ["host"] = HostHash(),
            ["plugins"] = new JsonArray([.. catalog.Plugins.Select(Describe)]),
            ["files"] = new JsonArray([.. (env?.Files ?? []).Select(Describe)]),
            ["uses"] = new JsonArray([.. PluginsOf(catalog, components).Select(p => (JsonNode)p)]),
            ["machine"] = Machine(),
        };
    }

    /// <summary>Adds the current start to the earlier ones and writes the manifest.</summary>
    public static void Append(
        RunFolder folder, JsonArray starts, JsonObject surroundings, ResolvedConfiguration configuration,
        IReadOnlyList<string> commandLine, long fromIteration)
    {
        var start = new JsonObject
        {
            ["utc"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["commandLine"] = new JsonArray([.. commandLine.Select(a => (JsonNode)a)]),
            ["fromIteration"] = fromIteration,
            ["seed"] = configuration.Seed,
            ["threads"] = configuration.Threads,
        };
        foreach (var (key, value) in surroundings) start[key] = value?.DeepClone();
        starts.Add(start);
        RunFolder.WriteJson(folder.ManifestPath, new JsonObject { ["starts"] = starts });
    }

    private static IEnumerable<string> PluginsOf(PluginCatalog catalog, IEnumerable<string?> components) =>
        catalog.Components.Where(c => components.Contains(c.Id)).Select(c => c.Plugin).Distinct();

    // the assemblies that compute, and so decide about the numbers of a run
    internal static string? HostHash() => HostHash(AppContext.BaseDirectory);

    /// <summary>Hash of the assemblies that compute, of the host in some folder; null if there is none.</summary>
    internal static string? HostHash(string folder)
    {
        string[] parts =
        [
            "MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Hosting", "MbMix.Learning", "MbMix.Numerics",
            "MbMix.Simulation", "MbMix.Simulation.MuJoCo", "MbMix.Storage", "MujocoSharp",
        ];
        string[] files = [.. parts.Select(p => Path.Combine(folder, $"{p}.dll"))];
        files = Array.FindAll(files, File.Exists);
        return files.Length == 0 ? null : Hashes.OfFiles(files);
    }

    private static JsonNode Describe(PluginInfo plugin) => new JsonObject
    {
        ["name"] = plugin.Name,
        ["version"] = plugin.Version,
        ["sha256"] = plugin.Hash(),
    };

    private static JsonNode Describe(string file) => new JsonObject
    {
        ["path"] = file,
        ["sha256"] = Hashes.OfFiles([file]),
    };

    private static JsonObject Machine() => new()
    {
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["processor"] = Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["vectorBits"] = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        ["fusedMultiplyAdd"] = MultiplyAdd.HasInstruction,
        ["separateMultiplyAdd"] = MultiplyAdd.IsSeparate,
        ["memoryBytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };

    private static string? Processor()
    {
        const string info = "/proc/cpuinfo";
        if (OperatingSystem.IsWindows()) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        if (!OperatingSystem.IsLinux() || !File.Exists(info)) return null;
        string? line = File.ReadLines(info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
