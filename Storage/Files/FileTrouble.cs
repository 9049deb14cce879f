using System.Text.RegularExpressions;

namespace MbMix.Storage;

/// <summary>Describes errors of the file system in words, in one line.</summary>
internal static partial class FileTrouble
{
    private const int NotPermitted = 1, BrokenDevice = 5, PermissionDenied = 13, Exists = 17, NotAFolder = 20;
    private const int IsAFolder = 21, TooManyInSystem = 23, TooMany = 24, TooLarge = 27, DiskFull = 28, ReadOnly = 30;
    private const int TooLong = 36, Loop = 40, Quota = 122;

    /// <summary>Describes an error: the path, if it is known, and the reason.</summary>
    /// <param name="exception">An error of the file system; of others, the message's first line is returned.</param>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        string? reason = Reason(exception);
        if (reason is null) return OneLine.Of(exception);
        string? path = exception is FileNotFoundException { FileName: { Length: > 0 } name }
            ? name
            : Quoted().Match(exception.Message) is { Success: true } match ? match.Groups[1].Value : null;
        return path is null ? $"A file cannot be used: {reason}." : $"{OneLine.Path(path)} cannot be used: {reason}.";
    }

    /// <summary>Describes an error of the file system that concerns a given path.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="path">The path.</param>
    public static string Describe(Exception exception, string path) =>
        $"{OneLine.Path(path)} cannot be used: {ReasonOf(exception)}.";

    /// <summary>Describes the reason alone, without a period; of other exceptions, the message's first line.</summary>
    /// <param name="exception">An error of the file system.</param>
    public static string ReasonOf(Exception exception) => Reason(exception) ?? OneLine.Of(exception).TrimEnd('.');

    private static string? Reason(Exception exception) => exception switch
    {
        DirectoryNotFoundException => "there is no such folder",
        FileNotFoundException => "there is no such file",
        PathTooLongException => "the path is too long",
        // the system's error is inside the exception about access
        UnauthorizedAccessException { InnerException: IOException inner } when Of(inner) is { } reason => reason,
        UnauthorizedAccessException => "permission denied",
        IOException => Of(exception) ?? Told(exception.Message),
        _ => null,
    };

    // on Unix, the result code of an exception is the number of the system's error
    private static string? Of(Exception exception) => (exception.HResult & 0xFFFF) switch
    {
        _ when OperatingSystem.IsWindows() => null,
        NotPermitted or PermissionDenied => "permission denied",
        BrokenDevice => "the device reports an error",
        Exists => "there is something already",
        NotAFolder => "a part of the path is a file",
        IsAFolder => "it is a folder",
        TooManyInSystem or TooMany => "too many open files: raise the limit with `ulimit -n`",
        TooLarge => "the file would be larger than the limit allows",
        DiskFull => "the disk is full",
        ReadOnly => "the file system is read-only",
        TooLong => "the path is too long",
        Loop => "its links lead in a circle",
        Quota => "the quota of the disk is used up",
        _ => null,
    };

    // some exceptions carry a code of the framework's instead of the system's
    private static string? Told(string message) => message switch
    {
        _ when Has(message, "space") || Has(message, "disk is full") => "the disk is full",
        _ when Has(message, "read-only") => "the file system is read-only",
        _ when Has(message, "too many open files") => "too many open files: raise the limit with `ulimit -n`",
        _ when Has(message, "being used by another process") => "another process is using it",
        _ when Has(message, "already exists") => "there is something already",
        _ => null,
    };

    private static bool Has(string message, string words) =>
        message.Contains(words, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
