namespace MbMix.Comparison;

/// <summary>What of a process's standard error says best why it ended: its last error line, else its last line that is no warning.</summary>
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
