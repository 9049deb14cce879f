using MbMix.Hosting;

namespace MbMix.Cli;

/// <summary>Says in terms of the command what messages of the host say in terms of its interface.</summary>
internal static class CommandTerms
{
    private static readonly (string Api, string Command)[] Terms =
    [
        (ApiTerms.Resume, "`mbmix train --resume`"),
        (ApiTerms.Repeat, "`mbmix train --from`"),
        (ApiTerms.AcceptChanges, "--accept-changed-plugins"),
        (ApiTerms.Model, "--model"),
        (ApiTerms.PluginFolders, "--plugins"),
        (ApiTerms.Without, "--without"),
    ];

    /// <summary>Translates a line.</summary>
    public static string Of(string line)
    {
        foreach (var (api, command) in Terms) line = line.Replace(api, command, StringComparison.Ordinal);
        return line;
    }
}
