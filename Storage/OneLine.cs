using System.Reflection;

namespace MbMix.Storage;

/// <summary>
/// Formats error texts for people: one line of limited length, without a stack trace. Long texts are cut in the middle.
/// </summary>
internal static class OneLine
{
    /// <summary>Largest length of a line, in characters.</summary>
    public const int Longest = 300;

    private const int LongestValue = 60, LongestPath = 120;
    private const string Gap = " ... ";

    /// <summary>
    /// Returns the message of the innermost exception; its first line only, unless the exception is one of our own.
    /// </summary>
    public static string Of(Exception exception)
    {
        exception = Innermost(exception);
        // native messages carry a C++ stack trace after the first line
        const StringSplitOptions trim = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] lines = exception.Message.Split('\n', trim);
        if (lines.Length == 0) return "no reason was given";
        return Limit(exception is MbMixException ? string.Join(' ', lines) : lines[0]);
    }

    /// <summary>Returns the same with the exception's type in front, for exceptions thrown by plugins.</summary>
    public static string WithType(Exception exception)
    {
        exception = Innermost(exception);
        return exception is MbMixException ? Of(exception) : $"{exception.GetType().Name}: {Of(exception)}";
    }

    /// <summary>Formats a whole line: control characters become spaces, and a line that is too long is cut.</summary>
    /// <param name="text">The text to format.</param>
    /// <param name="taken">Number of characters that will precede it.</param>
    public static string Limit(string text, int taken = 0) => Cut(text, Longest - taken);

    /// <summary>Formats a value inside a line.</summary>
    public static string Value(string text) => Cut(text, LongestValue);

    /// <summary>Formats a path inside a line.</summary>
    public static string Path(string path) => Cut(path, LongestPath);

    /// <summary>Joins several sentences into one line; those that do not fit are counted.</summary>
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
            // do not cut a surrogate pair in half
            if (char.IsHighSurrogate(text[head - 1])) head--;
            if (char.IsLowSurrogate(text[^tail])) tail--;
            cut = string.Concat(text.AsSpan(0, head), Gap, text.AsSpan(text.Length - tail));
        }
        return cut.Any(Breaks) ? string.Concat(cut.Select(c => Breaks(c) ? ' ' : c)) : cut;
    }

    // control characters, and the Unicode line and paragraph separators
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
