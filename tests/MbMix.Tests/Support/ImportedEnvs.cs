using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Tests.Support;

/// <summary>Environments from texts of MJCF files.</summary>
internal static class ImportedEnvs
{
    /// <summary>The equations.</summary>
    public static ImportedEnvironment Equations(
        string xml, Action<RobotOptions>? change = null, string? task = null, ILogger? logger = null)
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-robot-").FullName;
        try
        {
            var options = new RobotOptions { File = Path.Combine(folder, "robot.xml") };
            File.WriteAllText(options.File!, xml);
            if (task is not null) File.WriteAllText(options.Task = Path.Combine(folder, "task.json"), task);
            change?.Invoke(options);
            return ImportedEnvironment.Create(options, logger ?? NullLogger.Instance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The environment.</summary>
    public static IPredictiveEnv Make(
        string xml, Precision precision = Precision.Double, Action<RobotOptions>? change = null, string? task = null) =>
        TracedEnv.Create(
            Equations(xml, change, task),
            new TracedEnvOptions { Precision = precision },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
}
