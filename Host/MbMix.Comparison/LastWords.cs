namespace MbMix.Comparison;

/// <summary>
/// Picks the line of a process's standard error that best explains why it ended: its last error, or else its last line
/// that is not a warning.
/// </summary>
internal sealed class LastWords
{
    private const string Error = "error: ", Warning = "warning: ";
    private bool sawError;

    public string Text { get; private set; } = "";

    public void Hear(string line)
    {
        line = line.Trim();
        if (line.StartsWith(Error, StringComparison.Ordinal))
        {
            sawError = true;
            Text = line[Error.Length..];
        }
        else if (!sawError && line.Length > 0 && !line.StartsWith(Warning, StringComparison.Ordinal))
        {
            Text = line;
        }
    }
}
