using System.CommandLine;
using MbMix.Comparison;

namespace MbMix.Cli;

/// <summary>What commands need to reach a coordinator.</summary>
internal static class ClusterOptions
{
    /// <summary>Creates the option for the token.</summary>
    public static Option<string?> Token() => new("--token-file")
    {
        Description = $"File with the token of the cluster (the variable {ClusterAddress.TokenVariable}).",
        HelpName = "FILE",
    };

    /// <summary>Creates the option for the certificate to trust.</summary>
    public static Option<string?> Trusted() => new("--certificate")
    {
        Description = "File with the certificate of the coordinator (PEM), unless the system trusts it.",
        HelpName = "FILE",
    };

    /// <summary>Connects to a coordinator; null if none is named.</summary>
    /// <exception cref="ConfigurationException">There is a token or a certificate, but no coordinator.</exception>
    public static IClusterConnection? Connect(string? host, string? token, string? certificate)
    {
        if (host is not null) return ClusterFolder.Load().Connect(Address(host, token, certificate));
        string? idle = token is not null ? "--token-file" : certificate is not null ? "--certificate" : null;
        return idle is null ? null : throw new ConfigurationException(
            $"{idle} is for the coordinator of a cluster: name one with --cluster HOST, or leave {idle} out.");
    }

    /// <summary>Describes where a coordinator is.</summary>
    public static ClusterAddress Address(string host, string? token, string? certificate) =>
        new(ClusterAddress.Parse(host), Secret(token), certificate);

    /// <summary>Warns if everybody on this machine can read a token.</summary>
    /// <returns>The file, as it was given.</returns>
    public static string? Secret(string? file)
    {
        // whether it can be read at all is said where it is read
        if (file is null || OperatingSystem.IsWindows() || !File.Exists(file)) return file;
        if (!File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead)) return file;
        string shown = OneLine.Path(file);
        Console.Error.WriteLine($"note: everybody on this machine can read the token in {shown}: chmod o= {shown}");
        return file;
    }
}
