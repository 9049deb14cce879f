namespace MbMix.Studies;

/// <summary>What runs are called in the tables of a study.</summary>
internal static class RunNames
{
    /// <summary>The ends of paths, as short as tells them apart.</summary>
    public static string[] Of(IReadOnlyList<string> paths)
    {
        string[][] parts =
        [
            .. paths.Select(path => Path.GetFullPath(path).Split(
                Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)),
        ];
        int longest = parts.Max(p => p.Length);
        for (int length = 1; ; length++)
        {
            string[] names = [.. parts.Select(p => string.Join('/', p.TakeLast(length)))];
            if (length >= longest || names.Distinct().Count() == names.Length) return names;
        }
    }
}
