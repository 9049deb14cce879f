namespace MujocoSharp.Native;

/// <summary>
/// The asset files that a model names. MuJoCo's versions look for them in different folders, so every place where one
/// of them would look counts.
/// </summary>
/// <param name="folder">Folder of the model file.</param>
internal sealed class MjcfAssets(string folder)
{
    private readonly List<(string Kind, string File, string Type, string Where)> files = [];
    private readonly HashSet<string> meshFolders = [string.Empty], textureFolders = [string.Empty];
    private bool strip;

    /// <summary>Full paths of the files that exist.</summary>
    public IEnumerable<string> Existing =>
        files.SelectMany(f => Places(f.Kind, f.File)).Where(File.Exists).Select(Path.GetFullPath);

    /// <summary>Notes what a compiler element says about folders.</summary>
    public void Configure(string? meshes, string? textures, string? all, string? stripPath)
    {
        if (meshes is not null) meshFolders.Add(meshes);
        if (textures is not null) textureFolders.Add(textures);
        if (all is not null)
        {
            meshFolders.Add(all);
            textureFolders.Add(all);
        }
        strip |= stripPath == "true";
    }

    /// <summary>Notes a file.</summary>
    /// <param name="kind">Element that names it.</param>
    /// <param name="file">Its name.</param>
    /// <param name="type">Its content type; empty where the element has none.</param>
    /// <param name="where">Place of the element, for messages.</param>
    public void Add(string kind, string file, string type, string where) => files.Add((kind, file, type, where));

    /// <summary>Checks the files that exist; MuJoCo itself reports missing ones.</summary>
    /// <param name="limits">The limits to enforce.</param>
    /// <param name="total">Size of all files so far [bytes].</param>
    /// <exception cref="MujocoException">A file is refused.</exception>
    public void Check(MjLoadOptions limits, ref long total)
    {
        var found = new Dictionary<(string Kind, string Path, string Type), string>();
        foreach (var (kind, file, type, where) in files)
        {
            foreach (string path in Places(kind, file).Distinct())
            {
                if (!File.Exists(path)) continue;

                // counted once per mention, because MuJoCo reads the file each time
                total += Length(kind, path, where);
                if (total > limits.MaximumAssets)
                {
                    throw new MujocoException(
                        MujocoError.Model,
                        $"{where}: the files the model names are together larger than "
                        + $"{limits.MaximumAssets / 1e6:F0} MB (MjLoadOptions.MaximumAssets).");
                }
                found.TryAdd((kind, path, type), where);
            }
        }
        foreach (var ((kind, path, type), where) in found) AssetCheck.Run(kind, path, type, where, limits);
    }

    private static long Length(string kind, string path, string where)
    {
        try
        {
            return BoundedFile.Length(path);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw AssetCheck.Refusal(kind, path, where, e);
        }
    }

    private IEnumerable<string> Places(string kind, string file)
    {
        string[] names = strip ? [file, Path.GetFileName(file)] : [file];
        foreach (string name in names)
        {
            foreach (string below in kind == "texture" ? textureFolders : meshFolders)
                yield return Path.Combine(folder, below, name);
        }
    }
}
