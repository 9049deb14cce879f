using System.Reflection;
using System.Runtime.Intrinsics;
using MbMix.Hosting;

namespace MbMix.Cluster;

/// <summary>What the numbers of a run depend on beside its settings and its plugins.</summary>
/// <param name="Version">Version of the product.</param>
/// <param name="Contracts">Version of the contracts.</param>
/// <param name="Host">Hash of the assemblies that compute, the bundled plugins among them.</param>
/// <param name="VectorBits">Width of a SIMD register [bit].</param>
[GenerateSerializer, Immutable]
internal sealed record CodeStamp(string Version, string Contracts, string Host, int VectorBits)
{
    private static readonly Lazy<CodeStamp> Own = new(Compute);

    /// <summary>That of this process.</summary>
    public static CodeStamp OfThisProgram => Own.Value;

    /// <summary>Says in one line why a run of other code may not run here; null if it may.</summary>
    public string? Difference(CodeStamp other)
    {
        if (Version != other.Version) return $"product version {Version}, not {other.Version}";
        if (Contracts != other.Contracts) return $"contract version {Contracts}, not {other.Contracts}";
        return Host == other.Host ? null : "other builds of the same version";
    }

    private static CodeStamp Compute()
    {
        string version = typeof(Manifest).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        string plugins = Path.Combine(AppContext.BaseDirectory, "plugins");
        string[] files = Directory.Exists(plugins)
            ? Directory.GetFiles(plugins, "MbMix.*.dll", SearchOption.AllDirectories) : [];
        string hash = Manifest.HostHash() + (files.Length == 0 ? "" : Hashes.OfFiles(files));
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return new(version, ContractVersion.Current, ContentHash.OfText(hash), bits);
    }
}
