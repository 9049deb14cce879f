namespace MbMix.Tests.Support;

/// <summary>What a program left behind.</summary>
internal sealed record ShellResult(int Code, string Output, string Error)
{
    public string[] OutputLines => Lines(Output);

    public string[] ErrorLines => Lines(Error);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
