using System.Globalization;

namespace MbMix.Hosting;

/// <summary>Reasons not to load a plugin that can be seen from its files alone.</summary>
internal static class PluginChecks
{
    /// <summary>Assemblies a plugin takes from the host, never from its own folder; else no type of theirs would fit the host's.</summary>
    public static IReadOnlyList<string> Shared { get; } =
    [
        "MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Learning", "MbMix.Numerics", "MbMix.Simulation", "TorchSharp",
        "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
    ];

    /// <summary>One line why the plugin cannot work here, or null.</summary>
    public static string? FirstProblem(PluginMetadata plugin, string folder) =>
        ContractProblem(plugin.ContractVersion!, ContractVersion.Current) ?? PrivateCopyProblem(folder) ?? NewerReferenceProblem(plugin) ?? MissingReferenceProblem(plugin, folder);

    /// <summary>Same major version, minor no newer than the host's.</summary>
    public static string? ContractProblem(string wanted, string host)
    {
        wanted = OneLine.Value(wanted);
        if (!TryParse(wanted, out int major, out int minor)) return $"states contract version '{wanted}', which is not of the form major.minor; this host has {host}";
        TryParse(host, out int hostMajor, out int hostMinor);
        if (major == hostMajor && minor <= hostMinor) return null;
        return major > hostMajor || (major == hostMajor && minor > hostMinor)
            ? $"was built for contract version {wanted}, this host has {host}: update MbMix, or build the plugin against {host}"
            : $"was built for contract version {wanted}, this host has {host}: build the plugin against MbMix.Abstractions {host}";
    }

    private static string? PrivateCopyProblem(string folder)
    {
        string[] copies = [.. Shared.Select(name => name + ".dll").Where(file => File.Exists(Path.Combine(folder, file)))];
        return copies.Length == 0
            ? null
            : $"carries its own {string.Join(", ", copies)}, so its types would not be the host's: reference them with Private=\"false\" ExcludeAssets=\"runtime\" and delete the copies from the plugin's folder";
    }

    private static string? NewerReferenceProblem(PluginMetadata plugin)
    {
        foreach (var reference in plugin.References)
        {
            if (!Shared.Contains(reference.Name) || HostAssemblies.VersionOf(reference.Name!) is not { } host) continue;
            if (reference.Version > host) return $"was built against {reference.Name} {reference.Version}, this host has {host}: update MbMix, or build the plugin against the older one";
        }
        return null;
    }

    private static string? MissingReferenceProblem(PluginMetadata plugin, string folder)
    {
        foreach (var reference in plugin.References)
        {
            if (HostAssemblies.Has(reference.Name!)) continue;
            if (!ClosedFolder.IsPlainName(reference.Name!))
                return $"needs '{OneLine.Value(reference.Name!)}', which is no name of an assembly";
            if (Directory.EnumerateFiles(folder, reference.Name + ".dll", SearchOption.AllDirectories).Any()) continue;
            return $"needs {reference.Name} {reference.Version}, which is neither in its folder nor part of the host: copy {reference.Name}.dll beside {Path.GetFileName(plugin.Path)}";
        }
        return null;
    }

    private static bool TryParse(string text, out int major, out int minor)
    {
        minor = 0;
        string[] parts = text.Split('.');
        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }
}
