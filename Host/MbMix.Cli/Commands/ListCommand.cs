using System.CommandLine;
using MbMix.Hosting;
using MujocoSharp;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix list</c>: shows what there is to choose from. It uses no tensors, so that it starts at once.
/// </summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command(
            "list", "Show environments, models, algorithms and presets, and plugins that cannot be used.")
        {
            plugins, without,
        };
        command.SetAction(parsed => Run(parsed.GetValue(plugins) ?? [], parsed.GetValue(without)));
        return command;
    }

    private static int Run(string[] folders, string[]? without)
    {
        var catalog = Shared.Sessions(folders, without).Catalog;
        foreach (var kind in Enum.GetValues<ComponentKind>())
        {
            Table($"{kind}s", catalog.Components.Where(c => c.Kind == kind).Select(c => (c.Id, c.Description)));
        }
        Table("Presets", catalog.Presets.Select(p => (p.Name, Describe(p))));
        Unavailable(catalog.FindUnavailable());
        Libraries(catalog);
        if (catalog.Problems.Count > 0)
        {
            Console.WriteLine("Plugins not in use");
            foreach (var problem in catalog.Problems) Console.WriteLine($"  {problem}");
        }
        return ExitCodes.Success;
    }

    // those of which several versions may be used
    private static void Libraries(PluginCatalog catalog)
    {
        bool used = catalog.Components.Any(c => c.Id.StartsWith("mujoco/", StringComparison.Ordinal));
        if (!used || !MujocoLibrary.TryLoad(out _)) return;
        Table("Libraries", [($"MuJoCo {MujocoLibrary.Version}", MujocoLibrary.Path)]);
    }

    private static string Describe(Preset preset) =>
        $"{preset.Algorithm} on {preset.Environment}{(preset.Model is null ? "" : $" with {preset.Model}")}";

    // shows each reason once, with everything that it applies to
    private static void Unavailable(IReadOnlyDictionary<string, string> reasons)
    {
        var lacking = reasons.GroupBy(r => r.Value, r => r.Key).ToList();
        if (lacking.Count == 0) return;
        Console.WriteLine("Not usable here");
        foreach (var group in lacking)
        {
            Console.WriteLine($"  {group.Key}");
            Console.WriteLine($"    {string.Join(' ', group)}");
        }
    }

    private static void Table(string title, IEnumerable<(string Name, string Text)> rows)
    {
        var all = rows.ToList();
        Console.WriteLine(title);
        if (all.Count == 0) Console.WriteLine("  none");
        int width = all.Select(r => r.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, text) in all) Console.WriteLine($"  {name.PadRight(width)}  {text}");
    }
}
