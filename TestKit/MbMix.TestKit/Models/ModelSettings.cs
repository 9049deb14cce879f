namespace MbMix.TestKit;

/// <summary>Settings of <see cref="ModelCheck"/>.</summary>
public sealed record ModelSettings
{
    /// <summary>Transitions of a batch.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Training steps in which the errors must fall.</summary>
    public int Fits { get; init; } = 400;

    /// <summary>Share of the initial error of predicted changes that may be left after training.</summary>
    public double ErrorLeft { get; init; } = 0.3;

    /// <summary>The same for derivatives, if the model is trained on them.</summary>
    public double DerivativeErrorLeft { get; init; } = 0.5;
}
