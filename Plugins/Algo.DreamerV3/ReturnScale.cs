using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The range of returns from the 5th to the 95th percentile, as a moving average that starts at 0 and is not corrected
/// for it.
/// </summary>
/// <param name="decay">Share that is kept in every update.</param>
internal sealed class ReturnScale(double decay) : ICheckpointed
{
    private double range;

    /// <summary>The moving average S.</summary>
    public double Range => range;

    /// <summary>What advantages are divided by: max(1, S).</summary>
    public double Divisor => Math.Max(1, range);

    /// <summary>Takes the returns of a batch into account.</summary>
    public void Update(Tensor returns)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var ends = torch.quantile(returns.detach().flatten(), torch.tensor(new[] { 0.05f, 0.95f }));
        range = (decay * range) + ((1 - decay) * (ends[1].item<float>() - ends[0].item<float>()));
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => writer.Write<double>("range", [range]);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => range = reader.Read<double>("range")[0];
}
