using System.CommandLine;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix describe</c>: shows what an environment, model or algorithm is, what it needs, and its options and presets.
/// </summary>
internal static class DescribeCommand
{
    private const int Width = 100, Indent = 4;

    public static Command Create()
    {
        var name = new Argument<string>("id")
        {
            Description = ModelPath.Describe("Environment, model or algorithm"),
        };
        Option<string?> task = ModelPath.Task(), simulator = ModelPath.Simulator();
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("describe", "Show what a component is and needs, with its options and presets.")
        {
            name, task, simulator, plugins, without,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(name), parsed.GetValue(task), parsed.GetValue(simulator),
            parsed.GetValue(plugins) ?? [], parsed.GetValue(without)));
        return command;
    }

    private static int Run(
        string name, string? task, string? simulator, string[] folders, string[]? without)
    {
        var sessions = Shared.Sessions(folders, without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        var choice = ModelPath.Find(sessions.Catalog, name, task, simulator);
        var components = Find(sessions.Catalog, choice.Environment);
        foreach (var component in components) Describe(sessions, component, choice.Settings);
        return ExitCodes.Success;
    }

    // components of different kinds may share a name; all of them are described
    private static List<ComponentInfo> Find(PluginCatalog catalog, string name)
    {
        var found = new List<ComponentInfo>();
        foreach (var kind in Enum.GetValues<ComponentKind>()) found.AddRange(catalog.FindAll(kind, name));
        if (found.Count > 0) return found;
        if (Elsewhere(catalog, name) is { } what) throw new ConfigurationException(what);
        bool full = name.Contains('/', StringComparison.Ordinal);
        string hint = Suggestion.For(name, catalog.Components.Select(c => full ? c.Id : c.ShortName));
        throw new ConfigurationException(
            $"There is nothing called '{OneLine.Value(name)}'.{hint}{catalog.Refused()}");
    }

    // presets and plugins have names as well, but are described with their components
    private static string? Elsewhere(PluginCatalog catalog, string name)
    {
        const StringComparison any = StringComparison.OrdinalIgnoreCase;
        if (catalog.Presets.FirstOrDefault(p => p.Name.Equals(name, any)) is { } preset)
        {
            return $"'{preset.Name}' is a preset of {preset.Algorithm} for {preset.Environment}: "
                + $"`mbmix describe {preset.Algorithm}` shows it.";
        }
        if (catalog.Plugins.FirstOrDefault(p => p.Name.Equals(name, any)) is not { } plugin) return null;
        var ids = catalog.Components.Where(c => c.Plugin == plugin.Name).Select(c => c.Id);
        return $"'{plugin.Name}' is a plugin: describe one of its components, {string.Join(", ", ids)}.";
    }

    private static void Describe(
        TrainingSessions sessions, ComponentInfo component, IReadOnlyList<string> settings)
    {
        string kind = component.Kind.ToString().ToLowerInvariant();
        Console.WriteLine($"{component.Id}  ({kind} of plugin {component.Plugin})");
        Wrap(component.Description, Indent);
        if (component.FindUnavailable() is { } missing) Wrap($"Not usable here: {missing}", Indent);
        foreach (string line in sessions.Describe(component, settings)) Wrap(line, Indent);

        string section = component.Kind switch
        {
            ComponentKind.Environment => "env",
            ComponentKind.Model => "model",
            _ => "algo",
        };
        var options = OptionDescriptions.Of(component.OptionsType);
        Console.WriteLine(options.Count == 0 ? "\nNo options" : $"\nOptions, set with --set {section}.KEY=VALUE");
        foreach (var option in options)
        {
            string limits = option.Limits.Length == 0 ? "" : $", {option.Limits}";
            Console.WriteLine($"  {option.Key} = {option.Default}  ({option.Type}{limits})");
            if (option.Meaning.Length > 0) Wrap(option.Meaning, Indent + 2);
        }

        var presets = sessions.Catalog.Presets
            .Where(p => p.Algorithm == component.Id || p.Environment == component.Id || p.Model == component.Id)
            .ToList();
        if (presets.Count > 0) Console.WriteLine("\nPresets");
        foreach (var preset in presets)
        {
            string model = preset.Model is null ? "" : $" with {preset.Model}";
            Console.WriteLine($"  {preset.Name}: {preset.Algorithm} on {preset.Environment}{model}");
            if (preset.Provenance.Length > 0) Wrap(preset.Provenance, Indent + 2);
        }
        Console.WriteLine();
    }

    private static void Wrap(string text, int indent)
    {
        var line = new System.Text.StringBuilder(new string(' ', indent));
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > Width)
            {
                Console.WriteLine(line);
                line.Clear().Append(' ', indent);
            }
            if (line.Length > indent) line.Append(' ');
            line.Append(word);
        }
        Console.WriteLine(line);
    }
}
