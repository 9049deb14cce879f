using System.Reflection;

namespace MbMix.Hosting;

/// <summary>
/// Error texts for people: one line of bounded length, without a stack trace. Long texts are cut in the middle.
/// </summary>
internal static class OneLine
{
    /// <summary>Characters of a whole line at most.</summary>
    public const int Longest = 300;

    private const int LongestValue = 60, LongestPath = 120;
    private const string Gap = " ... ";

    /// <summary>The innermost message that says something, its first line.</summary>
    public static string Of(Exception exception)
    {
        exception = Innermost(exception);
        // native messages carry a C++ stack trace after the first line
        const StringSplitOptions trim = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] lines = exception.Message.Split('\n', trim);
        if (lines.Length == 0) return "no reason was given";
        return Limit(exception is MbMixException ? string.Join(' ', lines) : lines[0]);
    }

    /// <summary>The same with the exception's type in front, for what a plugin threw.</summary>
    public static string WithType(Exception exception)
    {
        exception = Innermost(exception);
        return exception is MbMixException ? Of(exception) : $"{exception.GetType().Name}: {Of(exception)}";
    }

    /// <summary>A whole line: control characters are blanks, and what is too long is cut.</summary>
    /// <param name="text">Text.</param>
    /// <param name="taken">Characters that stand in front of it.</param>
    public static string Limit(string text, int taken = 0) => Cut(text, Longest - taken);

    /// <summary>A value inside a line.</summary>
    public static string Value(string text) => Cut(text, LongestValue);

    /// <summary>A path inside a line.</summary>
    public static string Path(string path) => Cut(path, LongestPath);

    /// <summary>Several sentences as one line; what does not fit is counted.</summary>
    public static string Join(IReadOnlyList<string> sentences)
    {
        int shown = 1, length = sentences[0].Length;
        const int reserve = 40;
        while (shown < sentences.Count && length + 1 + sentences[shown].Length <= Longest - reserve)
        {
            length += 1 + sentences[shown++].Length;
        }
        string text = string.Join(' ', sentences.Take(shown));
        if (shown == sentences.Count) return text;
        return $"{Cut(text, Longest - reserve)} And {sentences.Count - shown} more errors.";
    }

    private static string Cut(string text, int longest)
    {
        string cut = text;
        if (text.Length > longest)
        {
            int head = (longest - Gap.Length + 1) / 2, tail = longest - Gap.Length - head;
            // half of a surrogate pair is no character
            if (char.IsHighSurrogate(text[head - 1])) head--;
            if (char.IsLowSurrogate(text[^tail])) tail--;
            cut = string.Concat(text.AsSpan(0, head), Gap, text.AsSpan(text.Length - tail));
        }
        return cut.Any(Breaks) ? string.Concat(cut.Select(c => Breaks(c) ? ' ' : c)) : cut;
    }

    // control characters, and the two that separate lines and paragraphs
    private static bool Breaks(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private static Exception Innermost(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException)
        {
            if (exception.InnerException is not { } inner) break;
            exception = inner;
        }
        return exception;
    }
}
