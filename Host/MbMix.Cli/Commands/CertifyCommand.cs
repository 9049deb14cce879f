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
            Description = "Plugin, for all that it offers, or environment, model or algorithm, by id or name.",
            Arity = ArgumentArity.OneOrMore,
        };
        var task = new Option<string?>("--task")
        {
            Description = $"Environment that models and algorithms have to learn; {DefaultTask} by default.",
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
        var set = Shared.Set("env, model, algo, run");
        var plugins = Shared.Plugins();
        var without = Shared.Without();
        var command = new Command("certify", "Check that environments, models and algorithms keep their promises.")
        {
            names, task, json, csv, each, set, plugins, without,
        };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(names), parsed.GetValue(task) ?? DefaultTask, parsed.GetValue(json),
            parsed.GetValue(csv), parsed.GetValue(each), parsed.GetValue(set) ?? [], parsed.GetValue(plugins) ?? [],
            parsed.GetValue(without)));
        return command;
    }

    private static int Run(
        string[] names, string task, string? json, string? csv, bool each, string[] settings, string[] folders,
        string[]? without)
    {
        string? report = json is null ? null : UserPath.NewFile(json, "the report");
        string? table = csv is null ? null : UserPath.NewFile(csv, "the table");
        var sessions = Shared.Sessions(folders, without);
        Shared.WarnAboutPlugins(sessions.Catalog);
        var components = Find(sessions.Catalog, names);
        RequireSections(settings);
        var taskEntry = sessions.Catalog.Environment(task);
        TorchSharp.torch.set_num_threads(1);

        var certificates = new List<Certificate>();
        var certifier = new Certifier(sessions, taskEntry, settings, result => Show(result, each));
        foreach (var component in components) certifier.RequireSettings(component);
        foreach (var component in components)
        {
            Console.WriteLine($"{component.Id} ({component.Kind.ToString().ToLowerInvariant()})");
            var certificate = certifier.Certify(component);
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
    private static List<ComponentInfo> Find(PluginCatalog catalog, string[] names)
    {
        var found = new List<ComponentInfo>();
        foreach (string name in names)
        {
            var some = catalog.Components.Where(c => IsNameOf(c.Plugin, name)).ToList();
            if (some.Count == 0)
            {
                foreach (var kind in Enum.GetValues<ComponentKind>()) some.AddRange(catalog.FindAll(kind, name));
            }
            if (some.Count == 0) throw Unknown(catalog, name);
            found.AddRange(some.Except(found));
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
