namespace MbMix.Tests.Support;

/// <summary>A fenced block of a page, with the comment before it.</summary>
/// <param name="Page">Path of the page from the root of the repository.</param>
/// <param name="Line">Number of its first line, after the fence.</param>
/// <param name="Language">What follows the fence.</param>
/// <param name="Comment">The HTML comment on the line before the fence; empty if there is none.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record DocBlock(string Page, int Line, string Language, string Comment, IReadOnlyList<string> Lines)
{
    /// <summary>File that has these lines; null if the block is no excerpt.</summary>
    public string? Excerpt => After("excerpt: ");

    /// <summary>Project that the block is a file of; null if the block is no snippet.</summary>
    public string? Snippet => After("snippet: ")?.Split(',')[0];

    /// <summary>Path of the file in the project, if the comment names it.</summary>
    public string? File => After("snippet: ")?.Split(',') is [_, var file] ? file.Trim() : null;

    public override string ToString() => $"{Page}:{Line}";

    private string? After(string kind) =>
        Comment.StartsWith(kind, StringComparison.Ordinal) ? Comment[kind.Length..] : null;
}
