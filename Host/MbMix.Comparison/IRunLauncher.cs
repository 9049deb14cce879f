namespace MbMix.Comparison;

/// <summary>Runs one <c>mbmix</c> command to its end.</summary>
public interface IRunLauncher
{
    /// <summary>Runs the command.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">Where its output is appended.</param>
    /// <param name="stop">Asks it to finish the iteration, save and end.</param>
    /// <param name="abort">Ends it at once.</param>
    Task<RunExit> RunAsync(IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort);

    /// <summary>The command as a person would type it.</summary>
    string CommandLine(IReadOnlyList<string> arguments);
}
