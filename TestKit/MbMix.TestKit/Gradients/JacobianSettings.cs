namespace MbMix.TestKit;

/// <summary>Settings of <see cref="JacobianCheck"/>. The defaults suit environments in double.</summary>
public sealed record JacobianSettings
{
    /// <summary>States to check at.</summary>
    public int Lanes { get; init; } = 3;

    /// <summary>Cotangents per state.</summary>
    public int Probes { get; init; } = 2;

    /// <summary>Steps between a start state and the state to check at.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Seed of start states.</summary>
    public long Seed { get; init; } = 5;

    /// <summary>Largest relative difference, in the Euclidean norm over all lanes.</summary>
    public double Tolerance { get; init; } = 1e-9;
}
