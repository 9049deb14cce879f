using System.CommandLine;
using System.Xml;
using MbMix.Hosting;

namespace MbMix.Cli;

/// <summary>
/// What a command accepts as an environment: an id or a name, or the path of a model file, which stands for the
/// environment that simulates robots from files. The only place that knows about such paths.
/// </summary>
internal static class ModelPath
{
    private const string Mujoco = "mujoco", Native = "native";

    private static readonly string[] Extensions = [".xml", ".mjcf", ".urdf"], Elements = ["mujoco", "robot"];

    private static readonly Dictionary<string, string> Robots = new(StringComparer.OrdinalIgnoreCase)
    {
        [Mujoco] = "mujoco/robot-v1",
        [Native] = "native/robot-v1",
    };

    /// <summary>Creates the option for a task file.</summary>
    public static Option<string?> Task() => new("--task")
    {
        Description = "Task file (JSON) for a model file; without one, the robot stands or holds its start position.",
        HelpName = "FILE",
    };

    /// <summary>Creates the option for the simulator of a model file.</summary>
    public static Option<string?> Simulator() => new("--simulator")
    {
        Description = $"Simulator of a model file: {Mujoco} ({Mujoco}) or {Native}.",
        HelpName = "NAME",
    };

    /// <summary>Description of an argument or option that takes an environment.</summary>
    public static string Describe(string what) => $"{what}, by id or name, or a model file (MJCF or URDF).";

    /// <summary>Finds out what an environment on the command line is, with the settings that it stands for.</summary>
    /// <param name="catalog">The plugins.</param>
    /// <param name="given">
    /// Id, name or path; the path may begin with a simulator, as in <c>native:robot.xml</c>.
    /// </param>
    /// <param name="task">The task file; null for none.</param>
    /// <param name="simulator">The simulator of a model file; null for the default.</param>
    /// <exception cref="ConfigurationException">There is no such file, task or simulator.</exception>
    public static EnvironmentChoice Find(PluginCatalog catalog, string given, string? task, string? simulator)
    {
        string path = given;
        if (given.IndexOf(':') is > 0 and var colon && Robots.ContainsKey(given[..colon]))
        {
            string prefix = given[..colon];
            if (simulator is not null && !simulator.Equals(prefix, StringComparison.OrdinalIgnoreCase))
            {
                throw new ConfigurationException(
                    $"'{OneLine.Value(given)}' names the simulator {prefix} and --simulator {OneLine.Value(simulator)}: "
                    + "leave one of them out.");
            }
            (simulator, path) = (prefix, given[(colon + 1)..]);
        }
        if (!IsPath(catalog, path))
        {
            if (task is null && simulator is null) return new EnvironmentChoice(given, []);
            string option = task is null ? "--simulator" : "--task";
            throw new ConfigurationException(
                $"{option} is for a model file such as robot.xml, and '{OneLine.Value(path)}' is none: leave it out.");
        }
        if (!Robots.TryGetValue(simulator ?? Mujoco, out string? environment))
        {
            throw new ConfigurationException(
                $"There is no simulator '{OneLine.Value(simulator!)}' for model files: {Mujoco} or {Native}."
                + Suggestion.For(simulator!, Robots.Keys));
        }
        List<string> settings = ["env.file=" + UserPath.ExistingFile(path, "the model")];
        if (task is not null) settings.Add("env.task=" + UserPath.ExistingFile(task, "the task"));
        return new EnvironmentChoice(environment, settings);
    }

    /// <summary>Whether something on the command line is the path of a model file.</summary>
    public static bool IsModel(PluginCatalog catalog, string given)
    {
        int colon = given.IndexOf(':', StringComparison.Ordinal);
        return IsPath(catalog, colon > 0 && Robots.ContainsKey(given[..colon]) ? given[(colon + 1)..] : given);
    }

    private static bool IsPath(PluginCatalog catalog, string text)
    {
        if (Extensions.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase)) return true;
        return File.Exists(text) && catalog.FindAll(ComponentKind.Environment, text).Count == 0 && HoldsModel(text);
    }

    // whatever its name is, a file whose first element is that of a model
    private static bool HoldsModel(string path)
    {
        try
        {
            using var text = new StreamReader(RegularFile.OpenRead(path));
            using var xml = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
            return xml.MoveToContent() == XmlNodeType.Element && Elements.Contains(xml.Name);
        }
        catch (Exception e) when (e is XmlException or IOException or UnauthorizedAccessException or MbMixException)
        {
            return false;
        }
    }
}
