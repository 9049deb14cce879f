using System.CommandLine;
using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Cli;

/// <summary>Options and setup shared by several commands.</summary>
internal static class Shared
{
    /// <summary>The option that shows stack traces.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show stack traces of errors.",
        Recursive = true,
    };

    /// <summary>Creates the option that leaves out everything but warnings and results.</summary>
    public static Option<bool> Quiet() => new("--quiet")
    {
        Description = "Print only warnings, errors and the final result.",
    };

    /// <summary>Creates the option for the port of a live page.</summary>
    public static Option<int?> Port(string name) => NumberOption.Create(
        name, "N", "Port of the live page on this machine (a free one).", 1, ushort.MaxValue);

    /// <summary>Creates the option for plugin folders.</summary>
    public static Option<string[]> Plugins() => new("--plugins")
    {
        Description = "Additional folder with plugins; see also the variable MBMIX_PLUGINS.",
        HelpName = "DIR",
    };

    /// <summary>Creates the option for plugins to leave out.</summary>
    public static Option<string[]> Without() => new("--without")
    {
        Description = "Plugin to leave out, by the name of its folder or assembly.",
        HelpName = "NAME",
    };

    /// <summary>Creates the option for settings.</summary>
    public static Option<string[]> Set(string sections) => new("--set")
    {
        Description = $"Setting, as section.key=value; sections: {sections}.",
        HelpName = "KEY=VALUE",
    };

    /// <summary>Creates the option for a number of environment steps.</summary>
    public static Option<long?> Budget() => NumberOption.Create(
        "--budget", "STEPS", "Number of environment steps to train for, such as 1000000 or 1e6.", 1, long.MaxValue,
        "environment steps");

    /// <summary>Creates the option for a seed.</summary>
    public static Option<long?> Seed(string description) =>
        NumberOption.Create("--seed", "S", description, long.MinValue, long.MaxValue);

    /// <summary>Creates the option for a number of episodes of an evaluation.</summary>
    public static Option<int?> Episodes(string description) =>
        NumberOption.Create("--episodes", "N", description, 1, Evaluator.MaximumEpisodes);

    /// <summary>
    /// Creates the services of MbMix with the plugins beside the host, in MBMIX_PLUGINS and in other folders.
    /// </summary>
    /// <param name="folders">Plugin folders given on the command line; they must exist.</param>
    /// <param name="without">Plugins to leave out.</param>
    /// <param name="recorded">Plugin folders that a run has recorded.</param>
    public static TrainingSessions Sessions(
        IEnumerable<string>? folders, IEnumerable<string>? without, IEnumerable<string>? recorded = null)
    {
        var others = Folders(folders).Concat(recorded ?? []);
        string[] all = [.. BundledFolders().Concat(EnvironmentFolders()).Concat(others).Distinct()];
        var services = new ServiceCollection().AddMbMix(options =>
        {
            foreach (string folder in all) options.PluginFolders.Add(folder);
            foreach (string plugin in without ?? []) options.Without.Add(plugin);
            options.Notice = Terminal.Warning;
            options.NoteFolder = LoadNote.DefaultFolder();
        });
        return services.BuildServiceProvider().GetRequiredService<TrainingSessions>();
    }

    /// <summary>Returns plugin folders given on the command line as full paths.</summary>
    /// <exception cref="ConfigurationException">One of them is not a folder.</exception>
    public static string[] Folders(IEnumerable<string>? folders) => [.. (folders ?? []).Select(f =>
    {
        string path = UserPath.Full(f, "a plugin folder");
        return Directory.Exists(path)
            ? path
            : throw new ConfigurationException($"--plugins {OneLine.Path(f)}: there is no such folder.");
    })];

    /// <summary>Warns about plugins that are not in use, one line each.</summary>
    public static void WarnAboutPlugins(PluginCatalog catalog)
    {
        foreach (var problem in catalog.Problems) Terminal.Warning(problem.ToString());
    }

    /// <summary>Warns about everything that has changed since a policy was trained and may change what it does.</summary>
    public static void WarnAboutChanges(RunPolicy policy, RunFolder folder, PluginCatalog catalog)
    {
        foreach (string change in policy.ChangesSince(folder, catalog))
            Terminal.Warning($"changed since the policy was trained: {change}");
    }

    private static IEnumerable<string> BundledFolders()
    {
        string bundled = Path.Combine(AppContext.BaseDirectory, "plugins");
        return Directory.Exists(bundled) ? [bundled] : [];
    }

    private static IEnumerable<string> EnvironmentFolders() =>
        (Environment.GetEnvironmentVariable("MBMIX_PLUGINS") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(Path.GetFullPath);
}
