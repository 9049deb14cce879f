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
            path = UserPath.Full(path, "the run folder");
            if (System.IO.File.Exists(path))
                throw new ConfigurationException($"{OneLine.Path(path)} is a file: choose another folder.");
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
        var folder = new RunFolder(UserPath.Full(path, "the run folder"));
        if (!Directory.Exists(folder.FullPath))
            throw new ConfigurationException($"There is no run folder {OneLine.Path(path)}.");
        var kind = FileProbe.KindOf(folder.ConfigPath);
        if (kind == FileKind.Absent)
            throw new ConfigurationException($"{OneLine.Path(path)} is not a run folder: it has no config.json.");
        if (kind != FileKind.Regular)
            throw new ConfigurationException(RegularFile.Wrong(folder.ConfigPath, kind).Message);
        return folder;
    }

    /// <summary>The content of <c>config.json</c>.</summary>
    /// <exception cref="ConfigurationException">It is no JSON object.</exception>
    public JsonObject ReadConfig() => Configuration().ToObject();

    /// <summary>The plugin folders that were named when the run began.</summary>
    /// <exception cref="ConfigurationException">They are no paths that a run writes down, or lie in the run folder
    /// itself.</exception>
    public IReadOnlyList<string> ReadPluginFolders()
    {
        var folders = ConfigurationResolver.PluginFolders(Configuration());
        // who sends a run folder to somebody must not thereby send code
        string below = FullPath + Path.DirectorySeparatorChar;
        string? carried = folders.FirstOrDefault(
            f => $"{f}{Path.DirectorySeparatorChar}".StartsWith(below, StringComparison.Ordinal));
        if (carried is null) return folders;
        throw new ConfigurationException(
            $"{OneLine.Path(ConfigPath)}: the plugin folder {OneLine.Path(carried)} lies in the run folder; "
            + "move it elsewhere and name it with --plugins.");
    }

    /// <summary>
    /// Refuses a folder in which writing would change something outside, or wait forever, before anything is touched.
    /// </summary>
    /// <exception cref="MbMixException">Something in it is not what a run puts there.</exception>
    internal void RequireOwnFiles()
    {
        var closed = new ClosedFolder(FullPath);
        foreach (string path in new[] { LogPath, LockPath }) closed.ToWrite(Path.GetFileName(path));
        foreach (string path in new[] { ConfigPath, ManifestPath, ResultPath }) RequireReplaceable(closed, path);
        RequireReplaceable(closed.Folder(Path.GetFileName(Path.GetDirectoryName(PolicyPath)!)), PolicyPath);
        var checkpoints = closed.Folder(Path.GetFileName(CheckpointsPath));
        checkpoints.ToWrite(CheckpointStore.Temporary);
        checkpoints.Folder(RowSegments.FolderName);
    }

    // a file that is written under another name first
    private static void RequireReplaceable(ClosedFolder folder, string path)
    {
        folder.ToRead(Path.GetFileName(path));
        folder.ToWrite(Path.GetFileName(path) + ".tmp");
    }

    private DocumentValue Configuration() => DocumentReader.ReadFile(ConfigPath, DocumentKind.Configuration);

    internal static void WriteJson(string path, JsonObject json) => AtomicFile.WriteText(path, json.ToJsonString(OptionsBinder.Json) + "\n");

    private string File(string name) => Path.Combine(FullPath, name);
}
