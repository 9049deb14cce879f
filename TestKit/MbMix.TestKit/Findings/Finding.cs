namespace MbMix.TestKit;

/// <summary>Something that a certification has found to be wrong, in one line.</summary>
/// <param name="Subject">What was certified, such as the id of an environment.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Came">What came.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Hint">What authors usually did, or what to do about it; empty if there is nothing to say.</param>
public sealed record Finding(string Subject, string Check, string Came, string Expected, string Hint = "")
{
    private const int LongestSubject = 60, LongestPart = 75;

    /// <summary>
    /// The whole line, of at most 300 characters: where it is too long, sentences of the hint are left out first, and
    /// then the ends of long parts.
    /// </summary>
    public override string ToString()
    {
        string line = Line(Subject, Check, Came, Expected);
        if (line.Length > OneLine.Longest)
            line = Line(Cut(Subject, LongestSubject), Cut(Check, LongestPart), Came, Cut(Expected, LongestPart));
        int over = line.Length - OneLine.Longest;
        if (over > 0)
        {
            string came = Cut(Came, Came.Length - over);
            line = Line(Cut(Subject, LongestSubject), Cut(Check, LongestPart), came, Cut(Expected, LongestPart));
        }
        foreach (string sentence in Hint.Split(". ", StringSplitOptions.RemoveEmptyEntries))
        {
            string next = $" {sentence.TrimEnd('.')}{(sentence.EndsWith('?') ? "" : ".")}";
            if (line.Length + next.Length > OneLine.Longest) break;
            line += next;
        }
        return OneLine.Limit(line);
    }

    private static string Line(string subject, string check, string came, string expected) =>
        $"{subject}: {check}: {came} came; expected {expected}.";

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        int length = longest - 3;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return $"{text.AsSpan(0, length)}...";
    }
}
