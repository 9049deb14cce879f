using System.Reflection;

namespace MbMix.Hosting;

/// <summary>
/// Finds plugins in folders and loads those that can work. A broken plugin does not affect the others.
/// </summary>
internal sealed class PluginScanner(PluginWatch watch, IEnumerable<string> without)
{
    private readonly string[] without = [.. without];
    private readonly HashSet<string> skipped = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> seen = [];
    private readonly HashSet<string> scanned = new(StringComparer.Ordinal);

    /// <summary>
    /// Scans a folder of plugin folders, <c>plugins/Name/*.dll</c>. A folder that directly contains a plugin counts as
    /// a plugin folder.
    /// </summary>
    /// <param name="folder">Path of the folder to scan.</param>
    /// <param name="found">Receives a plugin's registration object, its assembly and the path of its file.</param>
    /// <param name="problem">Receives one line per plugin that cannot be used.</param>
    public void Scan(string folder, Action<IMbMixPlugin, Assembly, string> found, Action<PluginProblem> problem)
    {
        if (!Directory.Exists(folder))
        {
            if (!scanned.Add(UserPath.Real(folder))) return;
            problem(new PluginProblem(OneLine.Path(folder), "there is no such folder"));
            return;
        }
        try
        {
            if (Assemblies(folder).Exists(a => a.Registration is not null))
            {
                ScanOne(folder, found, problem);
                return;
            }
            string[] folders = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
            foreach (string one in folders) ScanOne(one, found, problem);
            if (folders.Length > 0 || !scanned.Add(UserPath.Real(folder))) return;
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            string reason = Directory.GetFiles(folder, "*.dll").Length == 0
                ? "has neither a plugin nor folders with plugins" : NothingFound(folder, name);
            problem(new PluginProblem(OneLine.Path(folder), reason));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem(new PluginProblem(OneLine.Path(folder), OneLine.Of(e)));
        }
    }

    /// <summary>
    /// Throws if a plugin to be left out does not exist, because with a misspelt name the intended plugin would be
    /// loaded.
    /// </summary>
    /// <exception cref="ConfigurationException">No plugin has one of the names.</exception>
    public void RequireAllSkipped()
    {
        string? unknown = Array.Find(without, w => !skipped.Contains(w));
        if (unknown is not null)
            throw new ConfigurationException(
                $"{ApiTerms.Without} {OneLine.Value(unknown)}: there is no such plugin."
                + Suggestion.For(unknown, seen));
    }

    private static List<PluginMetadata> Assemblies(string folder) =>
    [
        .. Directory.GetFiles(folder, "*.dll")
            .Order(StringComparer.Ordinal)
            .Select(PluginMetadata.TryRead)
            .OfType<PluginMetadata>(),
    ];

    private void ScanOne(string folder, Action<IMbMixPlugin, Assembly, string> found, Action<PluginProblem> problem)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            // the same folder may be given twice, or once on its own and once as part of another
            if (!scanned.Add(UserPath.Real(folder)) || Skips(name)) return;
            var marked = Assemblies(folder).Where(a => a.Registration is not null).ToList();
            // if several assemblies are plugins, for example because one depends on another, the one with the folder's
            // name is meant
            var plugin = marked.Count == 1
                ? marked[0]
                : marked.Find(a => a.Name == name || a.Name.EndsWith("." + name, StringComparison.Ordinal));
            if (plugin is null)
            {
                string names = string.Join(", ", marked.Select(m => m.Name));
                problem(new PluginProblem(name, marked.Count > 1
                    ? $"has several plugin assemblies ({names}): give each its own folder"
                    : NothingFound(folder, name)));
                return;
            }
            if (Skips(plugin.Name)) return;
            if (PluginChecks.FirstProblem(plugin, folder) is { } reason)
            {
                problem(new PluginProblem(plugin.Name, reason));
                return;
            }
            watch.Run(plugin.Name, () =>
            {
                var assembly = IsolatedPlugin.Load(Path.GetFullPath(plugin.Path));
                found(Activate(assembly, plugin.Registration!), assembly, plugin.Path);
                return true;
            });
        }
        catch (Exception e)
        {
            problem(new PluginProblem(name, Explain(e)));
        }
    }

    private bool Skips(string name)
    {
        seen.Add(name);
        return without.Contains(name, StringComparer.OrdinalIgnoreCase) && (skipped.Add(name) || true);
    }

    private static string NothingFound(string folder, string name)
    {
        string[] files = Directory.GetFiles(folder, "*.dll");
        if (files.Length == 0) return "has no assembly in its folder";
        bool Broken(string file) =>
            Path.GetFileNameWithoutExtension(file).EndsWith(name, StringComparison.Ordinal)
            && PluginMetadata.TryRead(file) is null;
        string? broken = Array.Find(files, Broken);
        return broken is not null
            ? $"{Path.GetFileName(broken)} is not a .NET assembly"
            : "no assembly in its folder carries [assembly: MbMixPlugin(typeof(...))]";
    }

    private static IMbMixPlugin Activate(Assembly assembly, string registration)
    {
        // loading all types reveals problems now that would otherwise surface in the middle of a run
        _ = assembly.GetTypes();
        var type = assembly.GetType(registration)
            ?? throw new MbMixException($"its attribute names the class {registration}, which it does not have");
        if (!typeof(IMbMixPlugin).IsAssignableFrom(type))
        {
            bool elsewhere = Array.Exists(type.GetInterfaces(), i => i.FullName == typeof(IMbMixPlugin).FullName);
            throw new MbMixException(elsewhere
                ? $"{registration} implements an IMbMixPlugin from another copy of MbMix.Abstractions; delete the "
                    + "plugin's own copy"
                : $"{registration} does not implement IMbMixPlugin");
        }
        if (type.GetConstructor(Type.EmptyTypes) is null)
            throw new MbMixException($"{registration} has no public constructor without parameters");
        return (IMbMixPlugin)Activator.CreateInstance(type)!;
    }

    private static string Explain(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => $"its constructor threw {OneLine.WithType(inner)}",
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } =>
            $"does not fit this host or lacks a dependency: {OneLine.Of(first)}",
        FileNotFoundException { FileName: { } file } => $"lacks a dependency: {OneLine.Path(file)}",
        BadImageFormatException => $"is not a usable assembly: {OneLine.Of(exception)}",
        TypeLoadException or MissingMemberException => $"does not fit this host: {OneLine.Of(exception)}",
        MbMixException or IOException or UnauthorizedAccessException => OneLine.Of(exception),
        _ => OneLine.WithType(exception),
    };
}
