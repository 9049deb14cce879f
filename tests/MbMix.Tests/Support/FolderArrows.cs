using System.Text.RegularExpressions;

namespace MbMix.Tests.Support;

/// <summary>Which folders of a project use types of which others, as far as names tell.</summary>
internal static partial class FolderArrows
{
    /// <summary>Every use of a type from a folder that stands on a higher floor, one line each.</summary>
    /// <param name="sources">Text of each file by its path below the project.</param>
    /// <param name="floors">Folders from the lowest to the highest; a folder may use those before it.</param>
    public static List<string> Upward(IReadOnlyDictionary<string, string> sources, IReadOnlyList<string> floors)
    {
        var plain = sources.ToDictionary(s => s.Key, s => Comments().Replace(Texts().Replace(s.Value, "\"\""), ""));
        var declared = new Dictionary<string, HashSet<string>>();
        foreach (var (path, text) in plain)
        {
            foreach (Match type in Declarations().Matches(text))
            {
                string name = type.Groups["name"].Value;
                if (!declared.TryGetValue(name, out var folders)) declared[name] = folders = [];
                folders.Add(FolderOf(path));
            }
        }
        var found = new List<string>();
        foreach (var (path, text) in plain)
        {
            int own = Floor(floors, FolderOf(path));
            if (own < 0) found.Add($"{path}: the folder has no floor");
            foreach (string name in Names().Matches(text).Select(m => m.Value).Distinct())
            {
                // a name that several folders declare says nothing
                if (!declared.TryGetValue(name, out var folders) || folders.Count != 1) continue;
                string folder = folders.Single();
                if (Floor(floors, folder) > own) found.Add($"{path} uses {name} of {folder}");
            }
        }
        return found;
    }

    /// <summary>The sources of a project.</summary>
    /// <param name="folder">Folder of the project.</param>
    public static Dictionary<string, string> Sources(string folder) => Directory
        .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Select(path => (Path: Path.GetRelativePath(folder, path).Replace('\\', '/'), Text: path))
        .Where(f => !f.Path.StartsWith("bin/", StringComparison.Ordinal) && !f.Path.StartsWith("obj/", StringComparison.Ordinal))
        .ToDictionary(f => f.Path, f => File.ReadAllText(f.Text));

    private static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : ".";

    private static int Floor(IReadOnlyList<string> floors, string folder)
    {
        for (int i = 0; i < floors.Count; i++)
        {
            if (floors[i] == folder) return i;
        }
        return -1;
    }

    [GeneratedRegex(@"^(?:public |internal |sealed |static |abstract |partial |readonly |unsafe |ref )*(?:class|struct|interface|enum|record struct|record class|record|delegate [\w<>\[\]?*]+) (?<name>[A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex Names();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"(?:\\\\.|[^\"\\\\\n])*\"")]
    private static partial Regex Texts();
}
