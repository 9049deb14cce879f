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
    public static IClusterConnection? Connect(string? host, string? token, string? certificate) =>
        host is null ? null : ClusterFolder.Load().Connect(Address(host, token, certificate));

    /// <summary>Describes where a coordinator is.</summary>
    public static ClusterAddress Address(string host, string? token, string? certificate) =>
        new(ClusterAddress.Parse(host), token, certificate);
}
