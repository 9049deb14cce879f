namespace MbMix.Cluster;

/// <summary>A runner speaks for a run that it no longer has.</summary>
internal sealed class StaleLeaseException(HeldLease lease, RunEntry entry) : MbMixException(
    FormattableString.Invariant($"{entry.Ticket.Name}: lease {lease.Fence} is over, ")
    + FormattableString.Invariant($"the newest is {entry.Fence} ({entry.Phase}); end this run's process."));
