namespace MbMix.Cluster;

/// <summary>Takes the files of a run folder, also while the run is at work, and lays them out elsewhere.</summary>
internal sealed class RunFiles(BlobStore store)
{
    private const int Attempts = 5;

    // files that are never changed once they have their name
    private readonly Dictionary<string, (DateTime Written, FileEntry Entry)> known = new(StringComparer.Ordinal);

    /// <summary>Lists the checkpoints in a run folder.</summary>
    public static string[] Checkpoints(string folder)
    {
        string checkpoints = Path.Combine(folder, "checkpoints");
        return Directory.Exists(checkpoints)
            ? [.. Directory.EnumerateFiles(checkpoints, "checkpoint-*.safetensors").Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>
    /// Takes the files as they are: checkpoints first, because logs and rows may be longer than a checkpoint says, but
    /// not shorter. If the checkpoints change meanwhile, all is taken again.
    /// </summary>
    /// <returns>The files; null if they did not hold still.</returns>
    public async Task<FileEntry[]?> TakeAsync(string folder, CancellationToken stop)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            string[] checkpoints = Checkpoints(folder);
            try
            {
                var files = new List<FileEntry>();
                foreach (string path in checkpoints.Concat(Others(folder, checkpoints)))
                    files.Add(await TakeOneAsync(folder, path, stop).ConfigureAwait(false));
                if (checkpoints.SequenceEqual(Checkpoints(folder))) return [.. files];
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // replaced by a newer one while it was read
            }
        }
        return null;
    }

    /// <summary>Lays files out in a folder that does not exist.</summary>
    public void LayOut(string folder, IEnumerable<FileEntry> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            string path = Path.Combine(folder, Path.Combine(file.Name.Split('/')));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(store.PathOf(file.Hash), path);
        }
    }

    private static IEnumerable<string> Others(string folder, string[] checkpoints)
    {
        if (!Directory.Exists(folder)) return [];
        string[] all = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        return all.Except(checkpoints)
            .Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal) && Path.GetFileName(f) != "run.lock")
            .Order(StringComparer.Ordinal);
    }

    private async Task<FileEntry> TakeOneAsync(string folder, string path, CancellationToken stop)
    {
        string name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        bool lasting = name.EndsWith(".safetensors", StringComparison.Ordinal);
        var written = File.GetLastWriteTimeUtc(path);
        if (lasting && known.TryGetValue(path, out var before) && before.Written == written) return before.Entry;
        var (hash, size) = await store.AddAsync(path, stop).ConfigureAwait(false);
        var entry = new FileEntry(name, hash, size);
        if (lasting) known[path] = (written, entry);
        return entry;
    }
}
