using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>Pages show code that exists, and lead to pages that exist.</summary>
public sealed class DocText
{
    [Fact]
    public void Every_block_of_code_says_where_it_comes_from()
    {
        var wrong =
            from page in DocPages.All
            from block in DocPages.Blocks(page)
            where block.Language == "csharp" && block.Excerpt is null && block.Snippet is null
            select $"{block}: write <!-- excerpt: path --> or <!-- snippet: name --> on the line before the block.";
        None(wrong);
    }

    [Fact]
    public void Excerpts_are_in_their_files()
    {
        DocBlock[] excerpts = [.. DocPages.All.SelectMany(DocPages.Blocks).Where(b => b.Excerpt is not null)];
        Assert.NotEmpty(excerpts);
        var wrong =
            from block in excerpts
            let lost = FirstLost(block)
            where lost is not null
            select $"{block}: {block.Excerpt} does not have '{lost}' where the block has it.";
        None(wrong);
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        var wrong =
            from page in DocPages.All
            from link in DocPages.Links(page)
            where !Exists(page, link.Target)
            select $"{page}:{link.Line}: there is no {link.Target}.";
        None(wrong);
    }

    [Fact]
    public void Every_page_is_linked()
    {
        var linked = (
            from page in DocPages.All
            from link in DocPages.Links(page)
            let target = Target(page, link.Target)
            where target != page
            select target).ToHashSet();
        var pages = DocPages.All.Where(p => p.StartsWith("docs/", StringComparison.Ordinal)
            && p.Count(c => c == '/') == 1);
        None(pages.Except(linked).Select(page => $"{page}: no other page links to it."));
    }

    [Fact]
    public void Lines_in_pages_fit_a_window()
    {
        // the cells of a table cannot be broken
        var wrong =
            from page in DocPages.All
            where page.StartsWith("docs/writing-", StringComparison.Ordinal)
                || page is "docs/contracts.md" or "docs/troubleshooting.md"
            from line in File.ReadLines(Path.Combine(Shell.Root, page)).Select((text, i) => (text, Number: i + 1))
            where line.text.Length > 120 && !line.text.StartsWith('|')
            select $"{page}:{line.Number}: {line.text.Length} columns.";
        None(wrong);
    }

    // shows them all, whole
    private static void None(IEnumerable<string> wrong)
    {
        string lines = string.Join('\n', wrong);
        Assert.True(lines.Length == 0, lines);
    }

    /// <summary>The first line of an excerpt that its file does not have in this place; null if it has all.</summary>
    private static string? FirstLost(DocBlock block)
    {
        string path = Path.Combine(Shell.Root, block.Excerpt!);
        if (!File.Exists(path)) return block.Lines[0];
        string[] file = Solid(File.ReadLines(path));
        int at = 0;
        foreach (string[] run in Runs(Solid(block.Lines)))
        {
            int found = Enumerable.Range(at, Math.Max(0, file.Length - at)).FirstOrDefault(
                i => file.Skip(i).Take(run.Length).SequenceEqual(run), -1);
            if (found < 0) return run[0];
            at = found + run.Length;
        }
        return null;
    }

    private static string[] Solid(IEnumerable<string> lines) =>
        [.. lines.Select(l => l.Trim()).Where(l => l.Length > 0)];

    // the lines between gaps
    private static IEnumerable<string[]> Runs(string[] lines)
    {
        int from = 0;
        for (int i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && lines[i] is not ("// ..." or "<!-- ... -->")) continue;
            if (i > from) yield return lines[from..i];
            from = i + 1;
        }
    }

    private static bool Exists(string page, string link)
    {
        string target = Target(page, link), path = Path.Combine(Shell.Root, target);
        if (!link.Contains('#', StringComparison.Ordinal)) return File.Exists(path) || Directory.Exists(path);
        return File.Exists(path) && DocPages.Anchors(target).Contains(link[(link.IndexOf('#') + 1)..]);
    }

    // the file that a link leads to, from the root of the repository
    private static string Target(string page, string link)
    {
        string file = link.Split('#')[0];
        if (file.Length == 0) return page;
        string folder = Path.GetDirectoryName(Path.Combine(Shell.Root, page))!;
        return Path.GetRelativePath(Shell.Root, Path.GetFullPath(Path.Combine(folder, file))).Replace('\\', '/');
    }
}
