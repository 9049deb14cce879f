using System.Text.Json.Nodes;

namespace MbMix.Hosting;

/// <summary>The folder of a run, with the paths of its files.</summary>
public sealed class RunFolder
{
    // the outermost folder that was made for this run; null if the folder existed before
    private readonly string? made;

    private RunFolder(string path, string? made = null) => (FullPath, this.made) = (path, made);

    /// <summary>Full path of the folder.</summary>
    public string FullPath { get; }

    /// <summary>Path of <c>config.json</c>: the complete configuration of the run.</summary>
    public string ConfigPath => File("config.json");

    /// <summary>Path of <c>manifest.json</c>: versions, machine and command line of each start.</summary>
    public string ManifestPath => File("manifest.json");

    /// <summary>Path of <c>result.json</c>: the final evaluation; it exists once the run is finished.</summary>
    public string ResultPath => File("result.json");

    /// <summary>Path of the folder with the checkpoints.</summary>
    public string CheckpointsPath => File("checkpoints");

    /// <summary>
    /// Path of the policy, which is written with each checkpoint if the policy can be exported. It is replaced as a
    /// whole, so it may be loaded at any time.
    /// </summary>
    public string PolicyPath => File(Path.Combine("policy", "policy.safetensors"));

    internal string LogPath => File("log.txt");

    internal string LockPath => File("run.lock");

    /// <summary>Creates the folder of a new run.</summary>
    /// <param name="path">
    /// Path of the folder; null for <c>runs/ENVIRONMENT-ALGORITHM-sSEED</c> in the current folder, with a number
    /// appended if it exists already.
    /// </param>
    /// <param name="configuration">Configuration of the run; the default path is named after it.</param>
    /// <exception cref="ConfigurationException">The path is a file or a folder that is not empty.</exception>
    public static RunFolder Create(string? path, ResolvedConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (path is not null)
        {
            path = UserPath.Folder(path, "the run");
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                bool run = System.IO.File.Exists(Path.Combine(path, "config.json"));
                throw new ConfigurationException(
                    $"{OneLine.Path(path)} is not empty: "
                    + (run ? $"continue the run in it with {ApiTerms.Resume}, or " : "") + "choose another folder.");
            }
            return Make(path);
        }
        string environment = ComponentId.ShortName(configuration.Environment);
        string algorithm = ComponentId.ShortName(configuration.Algorithm);
        string name = $"{environment}-{algorithm}-s{configuration.Seed}";
        string root = Path.GetFullPath("runs");
        for (int n = 1; ; n++)
        {
            string candidate = Path.Combine(root, n == 1 ? name : $"{name}-{n}");
            if (Directory.Exists(candidate)) continue;
            return Make(candidate);
        }
    }

    /// <summary>Opens the folder of an existing run.</summary>
    /// <exception cref="ConfigurationException">The path is not a run folder.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(UserPath.Full(path, "the run folder"));
        if (System.IO.File.Exists(folder.FullPath))
            throw new ConfigurationException($"{OneLine.Path(path)} is a file; the folder of a run is expected.");
        if (!Directory.Exists(folder.FullPath))
            throw new ConfigurationException($"There is no run folder {OneLine.Path(path)}.");
        var kind = FileProbe.KindOf(folder.ConfigPath);
        if (kind == FileKind.Absent)
            throw new ConfigurationException($"{OneLine.Path(path)} is not a run folder: it has no config.json.");
        if (kind != FileKind.Regular)
            throw new ConfigurationException(RegularFile.Wrong(folder.ConfigPath, kind).Message);
        return folder;
    }

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="ConfigurationException">The file is not the configuration of a run.</exception>
    public JsonObject ReadConfig() => Configuration().ToObject();

    /// <summary>Reads the plugin folders that were named when the run was started.</summary>
    /// <exception cref="ConfigurationException">One of them is not a full path or is inside the run
    /// folder.</exception>
    public IReadOnlyList<string> ReadPluginFolders()
    {
        var folders = ConfigurationResolver.PluginFolders(Configuration());
        // plugins inside a run folder would let a run folder from somebody else execute code
        string below = FullPath + Path.DirectorySeparatorChar;
        string? carried = folders.FirstOrDefault(
            f => $"{f}{Path.DirectorySeparatorChar}".StartsWith(below, StringComparison.Ordinal));
        if (carried is null) return folders;
        throw new ConfigurationException(
            $"{OneLine.Path(ConfigPath)}: the plugin folder {OneLine.Path(carried)} lies in the run folder; "
            + $"move it elsewhere and name it with {ApiTerms.PluginFolders}.");
    }

    /// <summary>
    /// Rejects a folder, before anything is changed, in which a write could change something outside of it (through a
    /// link) or block forever (at a pipe).
    /// </summary>
    /// <exception cref="MbMixException">The folder contains something that a run does not create.</exception>
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

    /// <summary>Returns the path of the policy file, for reading; null if there is none.</summary>
    /// <exception cref="MbMixException">There is a link, or something other than a file in a folder.</exception>
    internal string? PolicyToRead()
    {
        var folder = new ClosedFolder(FullPath).Folder(Path.GetFileName(Path.GetDirectoryName(PolicyPath)!));
        string path = folder.ToRead(Path.GetFileName(PolicyPath));
        return FileProbe.KindOf(path) == FileKind.Absent ? null : path;
    }

    /// <summary>
    /// Removes what a run that never trained has written, and the folders that were made for it. Whatever cannot be
    /// removed stays.
    /// </summary>
    internal void Discard()
    {
        try
        {
            RunFolderContent.Clear(FullPath);
            if (made is null) return;
            for (string folder = FullPath; ; folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
                if (folder == made) return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            // somebody else has put something there
        }
    }

    private static RunFolder Make(string path)
    {
        string? made = null;
        for (string? folder = path; folder is not null && !Directory.Exists(folder);
            folder = Path.GetDirectoryName(folder))
            made = folder;
        Directory.CreateDirectory(path);
        return new RunFolder(path, made);
    }

    // a file that is written under a temporary name and then renamed
    private static void RequireReplaceable(ClosedFolder folder, string path)
    {
        folder.ToRead(Path.GetFileName(path));
        folder.ToWrite(Path.GetFileName(path) + ".tmp");
    }

    private DocumentValue Configuration()
    {
        var config = DocumentReader.ReadFile(ConfigPath, DocumentKind.Configuration);
        ConfigurationResolver.RequireParts(config);
        return config;
    }

    internal static void WriteJson(string path, JsonObject json) =>
        AtomicFile.WriteText(path, json.ToJsonString(OptionsBinder.Json) + "\n");

    private string File(string name) => Path.Combine(FullPath, name);
}
