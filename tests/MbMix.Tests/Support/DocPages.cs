using System.Text.RegularExpressions;

namespace MbMix.Tests.Support;

/// <summary>The pages that users read, as Markdown.</summary>
internal static partial class DocPages
{
    private static readonly string[] Folders = ["docs", "samples", "templates", "MujocoSharp", "eng", "TestKit"];

    /// <summary>Paths from the root of the repository.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory.GetFiles(Shell.Root, "*.md")
            .Concat(Folders.Select(f => Path.Combine(Shell.Root, f)).Where(Directory.Exists).SelectMany(
                f => Directory.GetFiles(f, "*.md", SearchOption.AllDirectories)))
            .Select(f => Path.GetRelativePath(Shell.Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The fenced blocks of a page.</summary>
    public static IEnumerable<DocBlock> Blocks(string page)
    {
        string[] lines = Read(page);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!IsFence(lines[i])) continue;
            int end = Array.FindIndex(lines, i + 1, IsFence);
            if (end < 0) throw new InvalidOperationException($"{page}:{i + 1}: a block that does not end.");
            var comment = i == 0 ? null : Comment().Match(lines[i - 1]);
            yield return new DocBlock(
                page, i + 2, lines[i].Trim()[3..].Trim(), comment?.Groups[1].Value ?? "", lines[(i + 1)..end]);
            i = end;
        }
    }

    /// <summary>The links of a page to files of the repository, as they are written.</summary>
    public static IEnumerable<(int Line, string Target)> Links(string page)
    {
        foreach (var (line, text) in Prose(page))
        {
            foreach (Match link in Link().Matches(Code().Replace(text, "`code`")))
            {
                string target = link.Groups[1].Value;
                if (!target.Contains(':', StringComparison.Ordinal)) yield return (line, target);
            }
        }
    }

    /// <summary>The lines of a section of a page, up to the next heading of the same level or a higher one.</summary>
    public static IReadOnlyList<string> Section(string page, string title)
    {
        var headings = Prose(page).Where(l => l.Text.StartsWith('#')).ToList();
        int at = headings.FindIndex(h => h.Text.TrimStart('#').Trim() == title);
        if (at < 0) throw new InvalidOperationException($"{page} has no section '{title}'.");
        int Level(string heading) => heading.TakeWhile(c => c == '#').Count();
        string[] lines = Read(page);
        int end = headings.Skip(at + 1).Where(h => Level(h.Text) <= Level(headings[at].Text))
            .Select(h => h.Number - 1).FirstOrDefault(lines.Length);
        return lines[headings[at].Number..end];
    }

    /// <summary>The names that headings of a page have in links.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        from line in Prose(page)
        where line.Text.StartsWith('#')
        let title = line.Text.TrimStart('#').Trim().ToLowerInvariant()
        select string.Concat(title.Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    private static IEnumerable<(int Number, string Text)> Prose(string page)
    {
        bool code = false;
        string[] lines = Read(page);
        for (int i = 0; i < lines.Length; i++)
        {
            if (IsFence(lines[i])) code = !code;
            else if (!code) yield return (i + 1, lines[i]);
        }
    }

    private static string[] Read(string page) => File.ReadAllLines(Path.Combine(Shell.Root, page));

    private static bool IsFence(string line) => line.TrimStart().StartsWith("```", StringComparison.Ordinal);

    [GeneratedRegex("^\\s*<!-- (.*?) -->\\s*$")]
    private static partial Regex Comment();

    [GeneratedRegex("\\]\\(([^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();
}
