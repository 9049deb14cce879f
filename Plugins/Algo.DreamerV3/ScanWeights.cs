namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The parameters of an <see cref="ObservationScan"/>: those of the recurrent core and of the posterior.
/// </summary>
internal readonly ref struct ScanWeights(ReadOnlySpan<Tensor> all)
{
    private readonly ReadOnlySpan<Tensor> all = all;

    public Tensor FromDeter => all[0];

    public Tensor FromDeterBias => all[1];

    public Tensor FromDeterGain => all[2];

    public Tensor FromLatents => all[3];

    public Tensor FromLatentsBias => all[4];

    public Tensor FromLatentsGain => all[5];

    public Tensor Hidden => all[6];

    public Tensor HiddenBias => all[7];

    public Tensor HiddenGain => all[8];

    public Tensor Gates => all[9];

    public Tensor GatesBias => all[10];

    /// <summary>The posterior's first layer, its part that takes h.</summary>
    public Tensor Posterior => all[11];

    public Tensor PosteriorGain => all[12];

    public Tensor Logits => all[13];

    public Tensor LogitsBias => all[14];

    /// <summary>The gains, in the order in which they are used.</summary>
    public Tensor[] Gains() => [FromDeterGain, FromLatentsGain, HiddenGain, PosteriorGain];

    /// <summary>The same memory without history.</summary>
    public Tensor[] Detached()
    {
        var detached = new Tensor[all.Length];
        for (int i = 0; i < detached.Length; i++) detached[i] = all[i].detach();
        return detached;
    }
}
