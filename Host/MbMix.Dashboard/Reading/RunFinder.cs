namespace MbMix.Dashboard;

/// <summary>Finds run folders: at paths of runs, of comparisons, or of folders that hold such folders.</summary>
internal static class RunFinder
{
    /// <summary>Largest number of runs on one page.</summary>
    public const int Most = 200;

    // runs/ENVIRONMENT/ALGORITHM/seedN
    private const int Deepest = 4;

    /// <summary>Lists the folders with their names, in order; at most <see cref="Most"/>.</summary>
    public static List<(string Folder, string Name)> Find(IReadOnlyList<string> paths)
    {
        var found = new List<(string, string)>();
        foreach (string path in paths) Search(path, path, Deepest, found);
        return found;
    }

    private static void Search(string root, string folder, int depth, List<(string, string)> found)
    {
        if (found.Count >= Most || FileProbe.KindOf(folder, follow: folder == root) != FileKind.Folder) return;
        if (FileProbe.KindOf(Path.Combine(folder, "config.json")) != FileKind.Absent)
        {
            string below = Path.GetRelativePath(root, folder);
            const string runs = "runs/";
            if (below.StartsWith(runs, StringComparison.Ordinal)) below = below[runs.Length..];
            string own = Path.GetFileName(Path.TrimEndingDirectorySeparator(root));
            if (!found.Exists(f => f.Item1 == folder)) found.Add((folder, below == "." ? own : below));
            return;
        }
        if (depth == 0) return;
        try
        {
            foreach (string below in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                // short trainings that measured the speed of a comparison are no part of it
                if (folder != root || Path.GetFileName(below) != "estimate") Search(root, below, depth - 1, found);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a folder that comes and goes is found the next time
        }
    }
}
