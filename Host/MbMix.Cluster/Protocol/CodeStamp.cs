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
    private static readonly Lazy<CodeStamp> Own = new(() => Compute(AppContext.BaseDirectory));

    /// <summary>That of this process.</summary>
    public static CodeStamp OfThisProgram => Own.Value;

    /// <summary>That of a command, which may be of another build than the program that starts it.</summary>
    /// <param name="command">Path of <c>mbmix</c>, after that of <c>dotnet</c> perhaps.</param>
    /// <exception cref="ConfigurationException">It is not the command of a build.</exception>
    public static CodeStamp OfCommand(IReadOnlyList<string> command)
    {
        bool muxer = command.Count > 1 && Path.GetFileNameWithoutExtension(command[0]) == "dotnet";
        string program = command[muxer ? 1 : 0];
        string folder = Path.GetDirectoryName(Path.GetFullPath(program))!;
        return Manifest.HostHash(folder) is not null && File.Exists(program)
            ? Compute(folder)
            : throw new ConfigurationException(
                $"{OneLine.Path(program)} is not the mbmix of a build or of a published folder, with its libraries "
                + "beside it: give its path, or 'dotnet' and the path of mbmix.dll.");
    }

    /// <summary>Says in one line why a run of other code may not run here; null if it may.</summary>
    /// <param name="other">The other code.</param>
    /// <param name="build">Whether the build must be the same, too.</param>
    public string? Difference(CodeStamp other, bool build = true)
    {
        if (Version != other.Version) return $"product version {Version}, not {other.Version}";
        if (Contracts != other.Contracts) return $"contract version {Contracts}, not {other.Contracts}";
        return !build || Host == other.Host ? null : "other builds of the same version";
    }

    private static CodeStamp Compute(string folder)
    {
        string version = typeof(Manifest).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        string plugins = Path.Combine(folder, "plugins");
        string[] files = Directory.Exists(plugins)
            ? Directory.GetFiles(plugins, "MbMix.*.dll", SearchOption.AllDirectories) : [];
        string hash = Manifest.HostHash(folder) + (files.Length == 0 ? "" : Hashes.OfFiles(files));
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return new(version, ContractVersion.Current, ContentHash.OfText(hash), bits);
    }
}
