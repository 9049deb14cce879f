using System.Globalization;

namespace MbMix.Hosting;

/// <summary>Finds reasons not to load a plugin from its files alone.</summary>
internal static class PluginChecks
{
    /// <summary>
    /// Assemblies that a plugin takes from the host, never from its own folder, because otherwise their types would
    /// differ from the host's.
    /// </summary>
    public static IReadOnlyList<string> Shared { get; } =
    [
        "MbMix.Abstractions", "MbMix.Differentiation", "MbMix.Learning", "MbMix.Numerics", "MbMix.Simulation",
        "MbMix.Simulation.MuJoCo", "MbMix.Storage", "MujocoSharp", "TorchSharp",
        "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
    ];

    /// <summary>Says in one line why the plugin cannot work here; null if it can.</summary>
    public static string? FirstProblem(PluginMetadata plugin, string folder) =>
        ContractProblem(plugin.ContractVersion!, ContractVersion.Current)
            ?? PrivateCopyProblem(folder)
            ?? NewerReferenceProblem(plugin)
            ?? MissingReferenceProblem(plugin, folder);

    /// <summary>
    /// Checks that the plugin's contract version has the host's major version and no newer minor version.
    /// </summary>
    public static string? ContractProblem(string wanted, string host)
    {
        wanted = OneLine.Value(wanted);
        if (!TryParse(wanted, out int major, out int minor))
            return $"states contract version '{wanted}', which is not of the form major.minor; this host has {host}";
        TryParse(host, out int hostMajor, out int hostMinor);
        if (major == hostMajor && minor <= hostMinor) return null;
        bool newer = major > hostMajor || (major == hostMajor && minor > hostMinor);
        string remedy = newer
            ? $"update MbMix, or build the plugin against {host}"
            : $"build the plugin against MbMix.Abstractions {host}";
        return $"was built for contract version {wanted}, but this host has {host}: {remedy}";
    }

    private static string? PrivateCopyProblem(string folder)
    {
        var files = Shared.Select(name => name + ".dll");
        string[] copies = [.. files.Where(file => File.Exists(Path.Combine(folder, file)))];
        if (copies.Length == 0) return null;
        return $"carries its own {string.Join(", ", copies)}, so its types would not be the host's: reference them "
            + "with Private=\"false\" ExcludeAssets=\"runtime\" and delete the copies from the plugin's folder";
    }

    private static string? NewerReferenceProblem(PluginMetadata plugin)
    {
        foreach (var reference in plugin.References)
        {
            if (!Shared.Contains(reference.Name) || HostAssemblies.VersionOf(reference.Name!) is not { } host) continue;
            if (reference.Version <= host) continue;
            return $"was built against {reference.Name} {reference.Version}, but this host has {host}: update MbMix, "
                + "or build the plugin against the older version";
        }
        return null;
    }

    private static string? MissingReferenceProblem(PluginMetadata plugin, string folder)
    {
        foreach (var reference in plugin.References)
        {
            if (HostAssemblies.Has(reference.Name!)) continue;
            if (!ClosedFolder.IsPlainName(reference.Name!))
                return $"needs '{OneLine.Value(reference.Name!)}', which is not the name of an assembly";
            if (Directory.EnumerateFiles(folder, reference.Name + ".dll", SearchOption.AllDirectories).Any()) continue;
            return $"needs {reference.Name} {reference.Version}, which is neither in its folder nor part of the host: "
                + $"copy {reference.Name}.dll beside {Path.GetFileName(plugin.Path)}";
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
