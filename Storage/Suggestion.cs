using System.Text.RegularExpressions;

namespace MbMix.Storage;

/// <summary>Suggests the known word that is nearest to a misspelt one.</summary>
internal static partial class Suggestion
{
    private const int LongestWord = 80, LongestList = 140, ShortestPart = 3, MostRelated = 8;

    /// <summary>
    /// Returns a sentence, with a leading space, such as <c>Did you mean 'horizon'?</c>, or one that lists the known
    /// words.
    /// </summary>
    public static string For(string word, IEnumerable<string> known)
    {
        string[] words = [.. known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Nearest(word, words) is { } near) return $" Did you mean '{near}'?";
        if (Related(word, words) is { Length: > 0 } related)
            return related.Length == 1 ? $" Did you mean '{related[0]}'?" : $" Did you mean one of {Some(related)}?";
        return words.Length == 0 ? " There is none to choose from." : $" Known: {Some(words)}.";
    }

    /// <summary>Returns the nearest known word; null if none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        string? best = null;
        if (word.Length > LongestWord) return null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in known)
        {
            int distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }
        // up to a third of the letters may be wrong
        return bestDistance <= Math.Max(1, word.Length / 3) ? best : null;
    }

    // words that begin or end with this one, such as criticLambda for lambda; otherwise words with a part in common,
    // such as criticPasses for criticIterations
    private static string[] Related(string word, string[] known)
    {
        if (word.Length is < ShortestPart or > LongestWord) return [];
        const StringComparison any = StringComparison.OrdinalIgnoreCase;
        string[] related = Array.FindAll(known, k => k.StartsWith(word, any) || k.EndsWith(word, any));
        if (related.Length == 0)
        {
            var parts = Parts(word);
            related = Array.FindAll(known, k => Parts(k).Overlaps(parts));
        }
        return related.Length <= MostRelated ? related : [];
    }

    private static HashSet<string> Parts(string word) =>
        [.. Part().Matches(word).Select(m => m.Value.ToLowerInvariant()).Where(p => p.Length >= ShortestPart)];

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")]
    private static partial Regex Part();

    // as many words as fit into a line
    private static string Some(string[] words)
    {
        int shown = 0;
        for (int length = 0; shown < words.Length && (length += words[shown].Length + 2) <= LongestList;) shown++;
        return shown == words.Length ? string.Join(", ", words)
            : $"{string.Join(", ", words.Take(shown))} and {words.Length - shown} more";
    }

    // edit distance, where swapping two neighboring letters counts as one edit
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
