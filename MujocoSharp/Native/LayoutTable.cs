using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>The layouts of several versions, each but the first written as an edit of another.</summary>
internal sealed class LayoutTable
{
    private readonly Dictionary<int, (int? From, List<string> Lines)> sections = [];

    /// <summary>Reads a table in the format that <c>eng/mujoco/layouts.sh</c> writes.</summary>
    public LayoutTable(TextReader reader)
    {
        List<string>? lines = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith("version ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                sections.Add(Number(words[1]), (words.Length > 3 ? Number(words[3]) : null, lines = []));
            }
            else
            {
                lines!.Add(line);
            }
        }
    }

    /// <summary>Versions in the table, as numbers of <c>mj_version</c>.</summary>
    public IEnumerable<int> Versions => sections.Keys;

    /// <summary>The layout of a version; null where it is not in the table.</summary>
    public Layout? Of(int version) => sections.ContainsKey(version) ? new Layout(Text(version)) : null;

    /// <summary>The version in the table that comes before another one, or the oldest if there is none.</summary>
    public int Nearest(int version)
    {
        var older = sections.Keys.Where(known => known <= version).ToList();
        return older.Count > 0 ? older.Max() : sections.Keys.Min();
    }

    private List<string> Text(int version)
    {
        var (from, lines) = sections[version];
        return from is { } other ? Edited(Text(other), lines) : lines;
    }

    // line numbers in an edit are those of the text before it
    private static List<string> Edited(List<string> before, List<string> edit)
    {
        var after = new List<string>();
        int copied = 0;
        for (int i = 0; i < edit.Count; i++)
        {
            var words = edit[i][1..].Split(' ');
            int line = Number(words[0]), count = Number(words[1]);
            bool delete = edit[i][0] == 'd';
            int keep = delete ? line - 1 : line;
            after.AddRange(before[copied..keep]);
            copied = keep;
            if (delete)
            {
                copied += count;
            }
            else
            {
                after.AddRange(edit.GetRange(i + 1, count));
                i += count;
            }
        }
        after.AddRange(before[copied..]);
        return after;
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
