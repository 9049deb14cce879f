using System.Reflection;
using System.Xml.Linq;
using PublicApiGenerator;

namespace MbMix.Tests.Support;

/// <summary>The public surface of the libraries that are packed, and the files in eng/api that record it.</summary>
internal static class PublicApi
{
    /// <summary>Rewrites the files instead of comparing with them.</summary>
    public const string UpdateVariable = "MBMIX_UPDATE_API";

    /// <summary>Folder of the recorded surfaces.</summary>
    public static string Folder { get; } = Path.Combine(Shell.Root, "eng", "api");

    /// <summary>Names of the libraries: the projects of the solution that are packed, no tools or templates.</summary>
    public static IEnumerable<string> Libraries()
    {
        foreach (string line in File.ReadLines(Path.Combine(Shell.Root, "MbMix.sln")))
        {
            string? project = Array.Find(line.Split('"'), part => part.EndsWith(".csproj", StringComparison.Ordinal));
            if (project is null) continue;
            var properties = XDocument.Load(Path.Combine(Shell.Root, project.Replace('\\', '/'))).Descendants();
            bool Has(string name, string value) => properties.Any(p => p.Name.LocalName == name && p.Value == value);
            if (Has("OutputType", "Exe") || Has("IsPackable", "false") || Has("PackageType", "Template")) continue;
            yield return Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));
        }
    }

    /// <summary>Lines of the surface as it is compiled.</summary>
    public static string[] Read(string library)
    {
        var assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, library + ".dll"));
        var options = new ApiGeneratorOptions
        {
            IncludeAssemblyAttributes = false,
            DenyNamespacePrefixes = [],
        };
        return Lines(assembly.GeneratePublicApi(options));
    }

    /// <summary>Lines of the surface as it is recorded; empty if there is no record.</summary>
    public static string[] Recorded(string library) =>
        File.Exists(FileOf(library)) ? Lines(File.ReadAllText(FileOf(library))) : [];

    /// <summary>Records a surface.</summary>
    public static void Record(string library, string[] lines)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(FileOf(library), string.Join('\n', lines) + "\n");
    }

    /// <summary>Lines that only one of two texts has, each under the type that it belongs to.</summary>
    public static IReadOnlyList<string> Differences(string[] recorded, string[] compiled)
    {
        string[] before = WithPlace(recorded), after = WithPlace(compiled);
        return [.. Only(before, after).Select(l => "- " + l), .. Only(after, before).Select(l => "+ " + l)];
    }

    // the same member may be in several types, and the same line twice in one
    private static IEnumerable<string> Only(string[] these, string[] others)
    {
        var left = others.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        foreach (string line in these)
        {
            if (left.TryGetValue(line, out int count) && count > 0) left[line] = count - 1;
            else yield return line;
        }
    }

    private static string[] WithPlace(string[] lines)
    {
        string place = "";
        var placed = new List<string>();
        foreach (string line in lines)
        {
            string text = line.Trim();
            if (text is "{" or "}") continue;
            int depth = line.Length - line.TrimStart().Length;
            if (depth <= 4) place = "";
            placed.Add(place.Length == 0 ? text : $"{place}: {text}");
            if (depth == 4 && !text.StartsWith('[')) place = text.Split(" : ")[0];
        }
        return [.. placed];
    }

    private static string FileOf(string library) => Path.Combine(Folder, library + ".txt");

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
