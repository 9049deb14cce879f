using System.Reflection;

namespace MbMix.Hosting;

/// <summary>Finds plugins in folders and loads those that can work. A broken one never keeps the others from being used.</summary>
internal static class PluginScanner
{
    /// <summary>
    /// Looks through a folder of plugin folders, <c>plugins/Name/*.dll</c>. A folder that holds a plugin itself counts as one.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="found">Takes a plugin's registration object, its assembly and its file.</param>
    /// <param name="problem">Takes one line per plugin that cannot be used.</param>
    public static void Scan(string folder, Action<IMbMixPlugin, Assembly, string> found, Action<PluginProblem> problem)
    {
        if (!Directory.Exists(folder))
        {
            problem(new PluginProblem(folder, "there is no such folder"));
            return;
        }
        if (Assemblies(folder).Exists(a => a.Registration is not null))
        {
            ScanOne(folder, found, problem);
            return;
        }
        foreach (string one in Directory.GetDirectories(folder).Order(StringComparer.Ordinal)) ScanOne(one, found, problem);
    }

    private static List<PluginMetadata> Assemblies(string folder) =>
        [.. Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal).Select(PluginMetadata.TryRead).OfType<PluginMetadata>()];

    private static void ScanOne(string folder, Action<IMbMixPlugin, Assembly, string> found, Action<PluginProblem> problem)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            var marked = Assemblies(folder).Where(a => a.Registration is not null).ToList();
            // a dependency that is a plugin as well does not make the folder ambiguous when one has the folder's name
            var plugin = marked.Count == 1 ? marked[0] : marked.Find(a => a.Name == name || a.Name.EndsWith("." + name, StringComparison.Ordinal));
            if (plugin is null)
            {
                problem(new PluginProblem(name, marked.Count > 1 ? $"has several plugin assemblies ({string.Join(", ", marked.Select(m => m.Name))}): give each its own folder" : NothingFound(folder, name)));
                return;
            }
            if (PluginChecks.FirstProblem(plugin, folder) is { } reason)
            {
                problem(new PluginProblem(plugin.Name, reason));
                return;
            }
            var assembly = IsolatedPlugin.Load(Path.GetFullPath(plugin.Path));
            found(Activate(assembly, plugin.Registration!), assembly, plugin.Path);
        }
        catch (Exception e)
        {
            problem(new PluginProblem(name, Explain(e)));
        }
    }

    private static string NothingFound(string folder, string name)
    {
        string[] files = Directory.GetFiles(folder, "*.dll");
        if (files.Length == 0) return "has no assembly in its folder";
        string? broken = Array.Find(files, f => Path.GetFileNameWithoutExtension(f).EndsWith(name, StringComparison.Ordinal) && PluginMetadata.TryRead(f) is null);
        return broken is not null ? $"{Path.GetFileName(broken)} is not a .NET assembly" : "no assembly in its folder carries [assembly: MbMixPlugin(typeof(...))]";
    }

    private static IMbMixPlugin Activate(Assembly assembly, string registration)
    {
        // asking for all types brings out at once what would otherwise fail in the middle of a run
        _ = assembly.GetTypes();
        var type = assembly.GetType(registration) ?? throw new MbMixException($"its attribute names the class {registration}, which it does not have");
        if (!typeof(IMbMixPlugin).IsAssignableFrom(type))
        {
            bool elsewhere = Array.Exists(type.GetInterfaces(), i => i.FullName == typeof(IMbMixPlugin).FullName);
            throw new MbMixException(elsewhere
                ? $"{registration} implements an IMbMixPlugin from another copy of MbMix.Abstractions; delete the plugin's own copy"
                : $"{registration} does not implement IMbMixPlugin");
        }
        if (type.GetConstructor(Type.EmptyTypes) is null) throw new MbMixException($"{registration} has no public constructor without parameters");
        return (IMbMixPlugin)Activator.CreateInstance(type)!;
    }

    private static string Explain(Exception exception) => exception switch
    {
        TargetInvocationException { InnerException: { } inner } => $"its constructor threw {OneLine.WithType(inner)}",
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => $"does not fit this host or lacks a dependency: {OneLine.Of(first)}",
        FileNotFoundException { FileName: { } file } => $"lacks a dependency: {file}",
        BadImageFormatException => $"is not a usable assembly: {OneLine.Of(exception)}",
        MbMixException => OneLine.Of(exception),
        _ => OneLine.WithType(exception),
    };
}
