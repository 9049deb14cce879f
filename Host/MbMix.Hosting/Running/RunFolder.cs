using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>The folder of a run and the names of what lies in it.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => FullPath = path;

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Everything that decides the run.</summary>
    public string ConfigPath => File("config.json");

    /// <summary>Versions, machine, command lines.</summary>
    public string ManifestPath => File("manifest.json");

    /// <summary>What came out; it exists once the run is finished.</summary>
    public string ResultPath => File("result.json");

    /// <summary>Checkpoints.</summary>
    public string CheckpointsPath => File("checkpoints");

    internal string PolicyPath => File(Path.Combine("policy", "policy.safetensors"));

    internal string LogPath => File("log.txt");

    internal string LockPath => File("run.lock");

    /// <summary>Makes the folder of a new run.</summary>
    /// <param name="path">Where; null for <c>runs/ENVIRONMENT-ALGORITHM-sSEED</c> below the current folder, with a number where that is taken.</param>
    /// <param name="configuration">Names the default.</param>
    /// <exception cref="ConfigurationException">The folder holds something already.</exception>
    public static RunFolder Create(string? path, ResolvedConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (path is not null)
        {
            path = Path.GetFullPath(path);
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new ConfigurationException($"{path} is not empty: continue the run in it with `--resume`, or choose another folder.");
            }
            Directory.CreateDirectory(path);
            return new RunFolder(path);
        }
        string name = $"{ComponentId.ShortName(configuration.Environment)}-{ComponentId.ShortName(configuration.Algorithm)}-s{configuration.Seed}";
        string root = Directory.CreateDirectory("runs").FullName;
        for (int n = 1; ; n++)
        {
            string candidate = Path.Combine(root, n == 1 ? name : $"{name}-{n}");
            if (Directory.Exists(candidate)) continue;
            return new RunFolder(Directory.CreateDirectory(candidate).FullName);
        }
    }

    /// <summary>The folder of a run that exists.</summary>
    /// <exception cref="ConfigurationException">It is not one.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(Path.GetFullPath(path));
        if (!Directory.Exists(folder.FullPath)) throw new ConfigurationException($"There is no run folder {path}.");
        if (!System.IO.File.Exists(folder.ConfigPath)) throw new ConfigurationException($"{path} is not a run folder: it has no config.json.");
        return folder;
    }

    /// <summary>The content of <c>config.json</c>.</summary>
    public JsonObject ReadConfig() => ReadJson(ConfigPath);

    /// <summary>The plugin folders that were named when the run began.</summary>
    public IReadOnlyList<string> ReadPluginFolders() => ConfigurationResolver.PluginFolders(ReadConfig());

    internal static JsonObject ReadJson(string path)
    {
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllBytes(path))!.AsObject();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new MbMixException($"{path} is not readable as JSON: {OneLine.Of(e)}", e);
        }
    }

    internal static void WriteJson(string path, JsonObject json) => AtomicFile.WriteText(path, json.ToJsonString(OptionsBinder.Json) + "\n");

    private string File(string name) => Path.Combine(FullPath, name);
}
