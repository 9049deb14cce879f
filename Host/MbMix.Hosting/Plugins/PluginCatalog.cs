using System.Diagnostics;
using System.Reflection;

namespace MbMix.Hosting;

/// <summary>
/// Everything that plugins offer: environments, models, algorithms and presets. It also says why some plugins are not
/// in use.
/// </summary>
public sealed class PluginCatalog
{
    private readonly List<ComponentInfo> components = [];
    private readonly List<PluginInfo> plugins = [];
    private readonly List<PluginProblem> problems = [];
    private readonly List<Preset> presets = [];
    private readonly MbMixHostOptions options;

    /// <summary>Collects plugins given as objects and plugins found in folders.</summary>
    /// <param name="plugins">Plugins of a program that embeds MbMix.</param>
    /// <param name="folders">Folders to scan.</param>
    public PluginCatalog(IEnumerable<IMbMixPlugin> plugins, IEnumerable<string> folders)
        : this(plugins, Options(folders))
    {
    }

    /// <summary>Collects plugins given as objects and plugins found in folders.</summary>
    /// <param name="plugins">Plugins of a program that embeds MbMix.</param>
    /// <param name="options">
    /// The folders to scan, the plugins to leave out, and who is notified about plugins that hang.
    /// </param>
    /// <exception cref="ConfigurationException">A plugin to be left out does not exist.</exception>
    public PluginCatalog(IEnumerable<IMbMixPlugin> plugins, MbMixHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        using var watch = new PluginWatch(options.Notice, options.NoteFolder);
        var scanner = new PluginScanner(watch, options.Without);
        foreach (var plugin in plugins)
            Add(plugin, plugin.GetType().Assembly, plugin.GetType().Assembly.Location, ownsFolder: false);
        foreach (string folder in options.PluginFolders)
        {
            scanner.Scan(
                folder, (plugin, assembly, path) => Add(plugin, assembly, path, ownsFolder: true), problems.Add);
        }
        scanner.RequireAllSkipped();
        components.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        presets.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
    }

    /// <summary>Environments, models and algorithms, ordered by id.</summary>
    public IReadOnlyList<ComponentInfo> Components => components;

    /// <summary>Plugins in use.</summary>
    public IReadOnlyList<PluginInfo> Plugins => plugins;

    /// <summary>Plugins that are not in use, and why.</summary>
    public IReadOnlyList<PluginProblem> Problems => problems;

    /// <summary>Presets shipped with the plugins, ordered by name.</summary>
    public IReadOnlyList<Preset> Presets => presets;

    /// <summary>Finds a component by its full id, or by its name if that is unambiguous.</summary>
    /// <exception cref="ConfigurationException">There is no such component, or there are several.</exception>
    public ComponentInfo Find(ComponentKind kind, string name)
    {
        var candidates = components.Where(c => c.Kind == kind).ToList();
        if (candidates.Find(c => c.Id == name) is { } exact) return exact;
        var matching = candidates.FindAll(c => ComponentId.Matches(c.Id, name));
        string what = kind.ToString().ToLowerInvariant(), shown = OneLine.Value(name);
        return matching.Count switch
        {
            1 => matching[0],
            > 1 => throw new ConfigurationException(
                $"{what} '{shown}' could be {string.Join(" or ", matching.Select(m => m.Id))}: give the whole id."),
            _ => throw new ConfigurationException(
                $"There is no {what} '{shown}'.{Suggest(name, candidates)}{Refused()}"),
        };
    }

    /// <summary>
    /// Finds out what this machine lacks to run components: for each id one line, which also says how to get it. This
    /// asks the plugins, which may load native libraries.
    /// </summary>
    public IReadOnlyDictionary<string, string> FindUnavailable()
    {
        using var watch = new PluginWatch(options.Notice, options.NoteFolder);
        var reasons = new Dictionary<string, string>();
        foreach (var component in components)
        {
            if (watch.Run(component.Plugin, component.FindUnavailable) is { } reason)
                reasons.TryAdd(component.Id, reason);
        }
        return reasons;
    }

    /// <summary>Everything of a kind that a name may stand for; a whole id stands for itself alone.</summary>
    public IReadOnlyList<ComponentInfo> FindAll(ComponentKind kind, string name)
    {
        var candidates = components.FindAll(c => c.Kind == kind);
        return candidates.Find(c => c.Id == name) is { } exact
            ? [exact]
            : candidates.FindAll(c => ComponentId.Matches(c.Id, name));
    }

    internal EnvironmentEntry Environment(string name) => (EnvironmentEntry)Find(ComponentKind.Environment, name);

    internal ModelEntry Model(string name) => (ModelEntry)Find(ComponentKind.Model, name);

    internal AlgorithmEntry Algorithm(string name) => (AlgorithmEntry)Find(ComponentKind.Algorithm, name);

    /// <summary>Finds the plugin whose code threw an exception; null if there is none.</summary>
    internal string? Culprit(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            foreach (var frame in new StackTrace(e).GetFrames())
            {
                var assembly = frame.GetMethod()?.Module.Assembly;
                if (plugins.Find(p => p.Assembly is not null && p.Assembly == assembly) is { } plugin)
                    return plugin.Name;
            }
        }
        return null;
    }

    private static MbMixHostOptions Options(IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var options = new MbMixHostOptions();
        foreach (string folder in folders) options.PluginFolders.Add(folder);
        return options;
    }

    private static string Suggest(string name, List<ComponentInfo> candidates)
    {
        // compare whole ids if the text looks like one, otherwise short names
        bool whole = name.Contains('/', StringComparison.Ordinal);
        return Suggestion.For(name, candidates.Select(c => whole ? c.Id : c.ShortName));
    }

    /// <summary>
    /// Says which plugins were refused, as a sentence after a space, because what is missing may be what one of these
    /// would have offered; empty if there are none.
    /// </summary>
    internal string Refused()
    {
        const int shown = 3, reason = 110;
        if (problems.Count == 0) return "";
        string why = OneLine.Limit(problems[0].Message, OneLine.Longest - reason);
        var others = problems.Skip(1).Select(p => OneLine.Value(p.Plugin));
        string names = string.Join(", ", others.Prepend($"{OneLine.Value(problems[0].Plugin)} ({why})").Take(shown));
        string more = problems.Count > shown ? $" and {problems.Count - shown} more" : "";
        return $" Not in use: {names}{more}.";
    }

    private void Add(IMbMixPlugin plugin, Assembly assembly, string path, bool ownsFolder)
    {
        var name = assembly.GetName();
        try
        {
            var registration = new PluginRegistration(name.Name!);
            plugin.Register(registration);
            foreach (var component in registration.Components)
            {
                var twin = components.Find(c => c.Id == component.Id && c.Kind == component.Kind);
                twin ??= registration.Components.Find(
                    c => !ReferenceEquals(c, component) && c.Id == component.Id && c.Kind == component.Kind);
                if (twin is null) continue;
                // another copy of the same plugin is told apart by its file
                string? copy = twin.Plugin == name.Name ? plugins.Find(p => p.Name == twin.Plugin)?.Path : null;
                string owner = string.IsNullOrEmpty(copy)
                    ? $"plugin {twin.Plugin}"
                    : $"the copy in {OneLine.Path(copy)}";
                string kind = component.Kind.ToString().ToLowerInvariant();
                throw new MbMixException($"{kind} id {component.Id} is already registered by {owner}");
            }
            // an assembly added by hand may hold several registration classes; its presets are added once
            bool known = plugins.Exists(p => p.Assembly == assembly);
            var shipped = known ? [] : PresetReader.ReadAll(assembly, name.Name!);
            components.AddRange(registration.Components);
            presets.AddRange(shipped);
            if (!known)
                plugins.Add(new PluginInfo(name.Name!, name.Version?.ToString() ?? "", path)
                {
                    Assembly = assembly,
                    OwnsFolder = ownsFolder,
                });
        }
        catch (Exception e)
        {
            problems.Add(new PluginProblem(
                name.Name!, e is MbMixException ? OneLine.Of(e) : $"its registration threw {OneLine.WithType(e)}"));
        }
    }
}
