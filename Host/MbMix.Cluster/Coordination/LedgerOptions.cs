namespace MbMix.Cluster;

/// <summary>Times and limits of a ledger.</summary>
internal sealed record LedgerOptions
{
    /// <summary>For how long a lease holds without a sign of life.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For how long a runner that is silent is still shown.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a run is started again after a failure.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Most runs in the ledger.</summary>
    public int MostRuns { get; init; } = 1_000_000;
}
