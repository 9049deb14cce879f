namespace MbMix.Comparison;

/// <summary>Talks to a coordinator. All throw <see cref="MbMixException"/> if it refuses or is absent.</summary>
public interface IClusterConnection : IDisposable
{
    /// <summary>Describes the cluster, in lines.</summary>
    Task<IReadOnlyList<string>> DescribeAsync(CancellationToken stop);

    /// <summary>Looks at the cluster.</summary>
    Task<ClusterGlance> ObserveAsync(CancellationToken stop);

    /// <summary>Cancels a run or all runs of a sweep.</summary>
    /// <param name="what">Id or name of the run, or id of the sweep.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The number of runs that this concerns.</returns>
    Task<int> CancelAsync(string what, CancellationToken stop);

    /// <summary>Puts a failed or cancelled run, or all of those of a sweep, back into the queue.</summary>
    /// <param name="what">Id or name of the run, or id of the sweep.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The number of runs that this concerns.</returns>
    Task<int> RetryAsync(string what, CancellationToken stop);

    /// <summary>Asks a runner to give back its runs and end.</summary>
    Task DrainAsync(string runner, CancellationToken stop);

    /// <summary>Writes the output of a run's processes.</summary>
    /// <param name="run">Id or name of the run.</param>
    /// <param name="output">Receives it.</param>
    /// <param name="stop">Gives up.</param>
    Task LogsAsync(string run, Stream output, CancellationToken stop);

    /// <summary>
    /// Makes a launcher that has the runs of a comparison done by the cluster. When it is made again for the same
    /// folder, it finds what was submitted before.
    /// </summary>
    /// <param name="plan">The comparison.</param>
    /// <param name="budget">Returns the environment steps that a run is trained for.</param>
    /// <param name="say">Receives lines for people about runs that wait in vain.</param>
    ISweepLauncher Launcher(ComparisonPlan plan, Func<PlannedRun, long> budget, Action<string> say);
}
