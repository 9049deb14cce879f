using MbMix.Learning;

namespace MbMix.Algo.DreamerV3;

/// <summary>Means of the metrics over the updates of an iteration; NaN where there was none.</summary>
internal sealed class Means
{
    private static readonly string[] Names =
    [
        "loss/reconstruction", "loss/reward", "loss/continue", "loss/dynamics", "loss/representation", "loss/policy",
        "loss/value", "loss/replay-value", "policy/entropy", "value/mean", "value/range", "gradient/norm",
    ];

    private readonly double[] sums = new double[Names.Length];
    private int count;

    /// <summary>The metrics, always in the same order.</summary>
    public IEnumerable<Metric> Metrics => Names.Select((name, i) => new Metric(name, sums[i] / count));

    /// <summary>Adds the numbers of an update.</summary>
    public void Add(
        ModelLosses model, Tensor actor, Tensor critic, Tensor replayed, Tensor entropy, Tensor value,
        ReturnScale scale, UpdateReport update)
    {
        Tensor[] scalars =
        [
            model.Reconstruction, model.Reward, model.Continue, model.Dynamics, model.Representation, actor, critic,
            replayed, entropy, value,
        ];
        for (int i = 0; i < scalars.Length; i++) sums[i] += scalars[i].item<float>();
        sums[^2] += scale.Range;
        sums[^1] += update.GradientNorm;
        count++;
    }
}
