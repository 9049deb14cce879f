using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>The run folders of a comparison, whatever its plan.</summary>
internal static class RunFolders
{
    /// <summary>
    /// Lists the runs below <paramref name="folder"/> that are bound to the terms under which they were started: they
    /// have a checkpoint or a result, or a process is at work on them.
    /// </summary>
    /// <returns>The names of the folders of environment and arm.</returns>
    /// <exception cref="MbMixException">The folders could not be read.</exception>
    public static IReadOnlyList<(string Environment, string Arm)> Trained(string folder)
    {
        var trained = new List<(string, string)>();
        ReportFile.Try(folder, "read", () =>
        {
            foreach (var (environment, arm, run) in All(folder))
            {
                if (RunState.HasResult(run) || RunState.HasCheckpoint(run) || InUse(run))
                    trained.Add((environment, arm));
            }
        });
        return trained;
    }

    /// <summary>Deletes the runs of some arms below a folder.</summary>
    /// <exception cref="MbMixException">
    /// A folder holds what no run has made, is in use or could not be deleted.
    /// </exception>
    public static void DeleteArms(string folder, IEnumerable<string> arms)
    {
        var names = arms.ToHashSet(StringComparer.Ordinal);
        ReportFile.Try(folder, "deleted", () =>
        {
            foreach (var (_, arm, run) in All(folder).ToList())
            {
                if (names.Contains(arm)) Delete(run);
            }
        });
    }

    /// <summary>Deletes the folder of a run, because it would block a new one.</summary>
    /// <exception cref="MbMixException">The folder is in use, or holds what no run has made.</exception>
    public static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        if (InUse(folder)) throw new MbMixException($"{folder} is in use by another process: wait for it to end.");
        RunFolderContent.Delete(folder);
    }

    // the run's process may have outlived the comparison that started it
    internal static bool InUse(string folder)
    {
        string held = Path.Combine(folder, "run.lock");
        if (!File.Exists(held)) return false;
        try
        {
            using var handle = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Lists all folders that are where runs of a comparison are, in the order of their names.</summary>
    public static IEnumerable<(string Environment, string Arm, string Run)> All(string folder) =>
        from environment in Below(folder)
        from arm in Below(environment)
        from run in Below(arm)
        select (Path.GetFileName(environment), Path.GetFileName(arm), run);

    private static IEnumerable<string> Below(string folder) =>
        FileProbe.KindOf(folder) == FileKind.Folder
            ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
            : [];
}
