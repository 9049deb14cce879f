using System.CommandLine;
using MbMix.Hosting;
using MbMix.TestKit;

namespace MbMix.Cli.Commands;

/// <summary>
/// <c>mbmix certify</c>: checks everything that the contracts promise of environments, dynamics models and algorithms.
/// </summary>
internal static class CertifyCommand
{
    private const string DefaultTask = "stub/linear-quadratic-v1";

    private static readonly string[] Sections = ["env", "model", "algo", "run"];

    public static Command Create()
    {
        var names = new Argument<string[]>("name")
        {
            Description = "Plugin, for all that it offers, or environment, model or algorithm, by id or name, "
                + "or a model file (MJCF or URDF).",
            Arity = ArgumentArity.OneOrMore,
        };
        var task = new Option<string?>("--task")
        {
            Description = "Environment that models and algorithms have to learn, by id or name, or a model file; "
                + $"{DefaultTask} by default.",
            HelpName = "ENV",
        };
        var json = new Option<string?>("--json")
        {
            Description = "Write every check with its findings to a JSON file.",
            HelpName = "FILE",
        };
        var csv = new Option<string?>("--csv")
        {
            Description = "Write the score and the time of each component to a CSV file.",
            HelpName = "FILE",
        };
        var each = new Option<bool>("--each") { Description = "Show each check with its time, not only findings." };
        var simulator = ModelPath.Simulator();
        var set = Shared.Set("env, model, algo, run");
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("certify", "Check that environments, models and algorithms keep their promises.")
        {
            names, task, simulator, json, csv, each, set, plugins, without,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(names), parsed.GetValue(task) ?? DefaultTask, parsed.GetValue(simulator),
            parsed.GetValue(json),
            parsed.GetValue(csv), parsed.GetValue(each), parsed.GetValue(set) ?? [], parsed.GetValue(plugins) ?? [],
            parsed.GetValue(without)));
        return command;
    }

    private static int Run(
        string[] names, string task, string? simulator, string? json, string? csv, bool each, string[] settings,
        string[] folders, string[]? without)
    {
        string? report = json is null ? null : UserPath.NewFile(json, "the report");
        string? table = csv is null ? null : UserPath.NewFile(csv, "the table");
        var sessions = Shared.Sessions(folders, without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        var components = Find(sessions.Catalog, names, simulator);
        RequireSections(settings);
        var taskChoice = ModelPath.Find(sessions.Catalog, task, task: null, simulator: null);
        var taskEntry = sessions.Catalog.Environment(taskChoice.Environment);
        TorchLibrary.RequireOneThread();

        var certificates = new List<Certificate>();
        var certifier = new Certifier(
            sessions, taskEntry, taskChoice.Settings, settings, result => Show(result, each));
        foreach (var (component, own, _) in components) certifier.RequireSettings(component, own);
        foreach (var (component, own, named) in components)
        {
            if (!named && certifier.FindMissingSetting(component) is { } missing)
            {
                Console.WriteLine($"{component.Id} is left out: {missing}");
                continue;
            }
            Console.WriteLine($"{component.Id} ({component.Kind.ToString().ToLowerInvariant()})");
            var certificate = certifier.Certify(component, own);
            certificates.Add(certificate);
            Console.WriteLine(CertificateText.Score(certificate));
        }
        if (report is not null) AtomicFile.WriteText(report, CertificateText.ToJson(certificates));
        if (table is not null) AtomicFile.WriteText(table, CertificateText.ToCsv(certificates));
        int sound = certificates.Count(c => c.IsSound);
        Console.WriteLine($"certified: {sound} of {certificates.Count}");
        return sound == certificates.Count ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Show(CheckResult result, bool each)
    {
        foreach (var finding in result.Findings.Where(f => f.Came != CertificateText.Unmade))
            Console.WriteLine($"  {finding}");
        if (!each) return;
        string verdict = result.Skipped is { } reason ? $"skipped: {reason}" : result.Passed ? "passed" : "FAILED";
        string note = result.Note.Length == 0 ? "" : $" ({result.Note})";
        Console.WriteLine(FormattableString.Invariant(
            $"  {result.Group}: {result.Name}: {verdict} in {result.Seconds:F2} s{note}"));
    }

    // in the order given; what is named twice is certified once
    private static List<(ComponentInfo Component, IReadOnlyList<string> Settings, bool Named)> Find(
        PluginCatalog catalog, string[] names, string? simulator)
    {
        var found = new List<(ComponentInfo Component, IReadOnlyList<string> Settings, bool Named)>();
        foreach (string name in names)
        {
            var some = catalog.Components.Where(c => IsNameOf(c.Plugin, name)).ToList();
            bool named = some.Count == 0;
            EnvironmentChoice choice = new(name, []);
            if (named)
            {
                choice = ModelPath.Find(catalog, name, task: null, ModelPath.IsModel(catalog, name) ? simulator : null);
                foreach (var kind in Enum.GetValues<ComponentKind>())
                    some.AddRange(catalog.FindAll(kind, choice.Environment));
            }
            if (some.Count == 0) throw Unknown(catalog, name);
            foreach (var component in some)
            {
                bool known = found.Exists(
                    f => f.Component == component && f.Settings.SequenceEqual(choice.Settings));
                if (!known) found.Add((component, choice.Settings, named));
            }
        }
        return found;
    }

    // the name of the assembly, with or without our own prefix
    private static bool IsNameOf(string plugin, string name) =>
        plugin.Equals(name, StringComparison.OrdinalIgnoreCase)
            || plugin.Equals("MbMix." + name, StringComparison.OrdinalIgnoreCase);

    private static ConfigurationException Unknown(PluginCatalog catalog, string name)
    {
        if (catalog.Problems.FirstOrDefault(p => IsNameOf(p.Plugin, name)) is { } problem)
            return new ConfigurationException($"Plugin {OneLine.Value(name)} cannot be certified: {problem}");
        bool full = name.Contains('/', StringComparison.Ordinal);
        var known = catalog.Components.Select(c => full ? c.Id : c.ShortName);
        if (!full) known = known.Concat(catalog.Plugins.Select(p => p.Name));
        return new ConfigurationException(
            $"There is no plugin or component '{OneLine.Value(name)}'.{Suggestion.For(name, known)}"
            + catalog.Refused());
    }

    private static void RequireSections(string[] settings)
    {
        foreach (string setting in settings)
        {
            string section = setting.Split('.')[0];
            if (Sections.Contains(section, StringComparer.OrdinalIgnoreCase)) continue;
            throw new ConfigurationException(
                $"'{OneLine.Value(setting)}': there is no section '{OneLine.Value(section)}'."
                + Suggestion.For(section, Sections));
        }
    }
}
