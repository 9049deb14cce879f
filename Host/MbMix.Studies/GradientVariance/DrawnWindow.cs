namespace MbMix.Studies.GradientVariance;

/// <summary>Rewards and values <c>[H, N]</c> of a window, with their gradient.</summary>
internal sealed record DrawnWindow(Tensor Rewards, Tensor Values, RolloutFlags Flags)
{
    /// <summary>Its first steps, as a window of their own.</summary>
    public DrawnWindow First(int horizon)
    {
        if (horizon == Flags.Horizon) return this;
        var flags = new RolloutFlags(horizon, Flags.Lanes);
        Flags.Done.AsSpan(0, flags.Size).CopyTo(flags.Done);
        Flags.Valued.AsSpan(0, flags.Size).CopyTo(flags.Valued);
        Flags.Valid.AsSpan(0, flags.Size).CopyTo(flags.Valid);
        return new(Rewards.narrow(0, 0, horizon), Values.narrow(0, 0, horizon), flags);
    }

    public Tensor Loss(double gamma, double lambda) => MixObjective.Loss(Rewards, Values, Flags, gamma, lambda);
}
