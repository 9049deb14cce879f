namespace MbMix.Comparison;

/// <summary>Settings of a transfer.</summary>
public sealed record TransferRequest
{
    /// <summary>Number of episodes on each environment. Default 32.</summary>
    public int Episodes { get; init; } = 32;

    /// <summary>Number of states at which the dynamics are compared; 0 for no comparison. Default 64.</summary>
    public int States { get; init; } = 64;

    /// <summary>Seed of the start states. Default 1.</summary>
    public long Seed { get; init; } = 1;
}
