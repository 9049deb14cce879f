using System.Text.RegularExpressions;

namespace MbMix.Hosting;

/// <summary>Knows the names of the files that a run creates in its folder, so that no others are deleted.</summary>
internal static partial class RunFolderContent
{
    /// <summary>Deletes the folder of a run that cannot be resumed because it has no checkpoint.</summary>
    /// <exception cref="MbMixException">The folder contains something that a run does not create. Nothing has been
    /// deleted in that case.</exception>
    public static void Delete(string folder)
    {
        if (FileProbe.KindOf(folder) == FileKind.Absent) return;
        Clear(folder);
        Directory.Delete(folder);
    }

    /// <summary>Deletes what is in such a folder, but not the folder itself.</summary>
    /// <exception cref="MbMixException">The folder contains something that a run does not create. Nothing has been
    /// deleted in that case.</exception>
    public static void Clear(string folder)
    {
        new ClosedFolder(folder).RequireReal();
        List<string> files = [], folders = [];
        Collect(folder, "", files, folders);
        foreach (string file in files) File.Delete(file);
        // innermost folders first, and not the folder itself, which is the first of them
        for (int i = folders.Count - 1; i > 0; i--) Directory.Delete(folders[i]);
    }

    /// <summary>Whether a path is that of a file which a run creates in its folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="path">The path.</param>
    public static bool IsOurs(string folder, string path)
    {
        string below = Path.GetRelativePath(UserPath.Real(folder), UserPath.Real(path));
        return Ours().IsMatch(below.Replace(Path.DirectorySeparatorChar, '/'));
    }

    /// <summary>Whether a path below a run folder, with <c>/</c> between names, is that of a run's file.</summary>
    public static bool IsName(string below) => Ours().IsMatch(below);

    private static void Collect(string root, string below, List<string> files, List<string> folders)
    {
        string folder = Path.Combine(root, below);
        folders.Add(folder);
        foreach (string path in Directory.EnumerateFileSystemEntries(folder))
        {
            string name = below.Length == 0 ? Path.GetFileName(path) : $"{below}/{Path.GetFileName(path)}";
            var kind = FileProbe.KindOf(path);
            if (kind == FileKind.Folder && name is "checkpoints" or "checkpoints/rows" or "policy")
                Collect(root, name, files, folders);
            else if (kind == FileKind.Regular && Ours().IsMatch(name)) files.Add(path);
            else throw Foreign(root, name);
        }
    }

    private static MbMixException Foreign(string root, string name) => new(
        $"{OneLine.Path(root)} holds '{OneLine.Value(name)}', which no run has made: "
        + "move it away to have the run begin anew.");

    [GeneratedRegex(
        @"^((config|manifest|result)\.json(\.tmp)?|metrics\.(csv|jsonl)|evaluations\.csv|log\.txt|run\.lock"
        + @"|events\.out\.tfevents\.[0-9]+\.mbmix|policy/policy\.safetensors(\.tmp)?"
        + @"|checkpoints/checkpoint(-[0-9]{9,18}\.safetensors)?(\.tmp)?|checkpoints/rows/[^/]+\.rows)\z")]
    private static partial Regex Ours();
}
