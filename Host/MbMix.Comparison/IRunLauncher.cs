namespace MbMix.Comparison;

/// <summary>Runs <c>mbmix</c> commands.</summary>
public interface IRunLauncher
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">Arguments of the command.</param>
    /// <param name="logFile">File to which the command's output is appended.</param>
    /// <param name="stop">Asks the command to finish its iteration, save and end.</param>
    /// <param name="abort">Kills the command.</param>
    /// <exception cref="MbMixException">
    /// The command could not be started, or its output could not be written; in that case it has been ended.
    /// </exception>
    Task<RunExit> RunAsync(
        IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort);

    /// <summary>Formats a command as it would be typed in a shell.</summary>
    string CommandLine(IReadOnlyList<string> arguments);
}
