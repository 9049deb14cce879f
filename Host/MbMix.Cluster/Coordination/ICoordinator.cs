namespace MbMix.Cluster;

/// <summary>The one grain that keeps the ledger.</summary>
internal interface ICoordinator : IGrainWithIntegerKey
{
    /// <inheritdoc cref="Ledger.Submit"/>
    Task<int> SubmitAsync(RunTicket[] tickets);

    /// <inheritdoc cref="Ledger.Lease"/>
    Task<LeaseAnswer> LeaseAsync(RunnerReport runner);

    /// <inheritdoc cref="Ledger.Beat"/>
    Task<HeartbeatAnswer> BeatAsync(Heartbeat heartbeat);

    /// <inheritdoc cref="Ledger.Report"/>
    Task ReportAsync(RunProgress news);

    /// <inheritdoc cref="Ledger.Cancel"/>
    Task<int> CancelAsync(string what);

    /// <inheritdoc cref="Ledger.Retry"/>
    Task<int> RetryAsync(string what);

    /// <inheritdoc cref="Ledger.Lose"/>
    Task<int> LoseAsync(string[] hashes);

    /// <inheritdoc cref="Ledger.Drain"/>
    Task DrainAsync(string runner);

    /// <inheritdoc cref="Ledger.Leave"/>
    Task LeaveAsync(string runner, string instance);

    /// <inheritdoc cref="Ledger.News"/>
    Task<SweepNews> NewsAsync(string sweep, long after);

    /// <inheritdoc cref="Ledger.Select"/>
    Task<RunEntry[]> SelectAsync(string what);

    /// <inheritdoc cref="Ledger.Describe()"/>
    Task<ClusterState> DescribeAsync();

    /// <inheritdoc cref="Ledger.HashesInUse"/>
    Task<HashSet<string>> HashesInUseAsync();
}
