namespace MbMix.Comparison;

/// <summary>What a transfer is asked for.</summary>
public sealed record TransferRequest
{
    /// <summary>Episodes on each environment. Default 32.</summary>
    public int Episodes { get; init; } = 32;

    /// <summary>States at which the dynamics are compared. Default 64; 0 for none.</summary>
    public int States { get; init; } = 64;

    /// <summary>Seed of the start states. Default 1.</summary>
    public long Seed { get; init; } = 1;
}
