using Microsoft.Extensions.Logging;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A guarded model whose members predict distributions.</summary>
internal sealed class GuardedProbabilisticModel(
    IProbabilisticModel inner, Boundary boundary, EnvSpec env, ILogger logger)
    : GuardedEnsembleModel(inner, boundary, env, logger), IProbabilisticModel
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Elites
    {
        get
        {
            var elites = inner.Elites;
            if (elites is null || elites.Count == 0)
                throw Boundary.Wrong("Elites", elites is null ? "null" : "no member", "1 or more members");
            foreach (int member in elites)
            {
                if (member < 0 || member >= Members)
                    throw Boundary.Wrong("Elites", $"member {member}", $"members from 0 to {Members - 1}");
            }
            return elites;
        }
    }

    /// <inheritdoc/>
    public Tensor Sample(Tensor state, Tensor action, Tensor members, Tensor noise) =>
        Check("Sample", state, action, () => inner.Sample(state, action, members, noise));

    /// <inheritdoc/>
    public ModelTrainingReport Train(
        TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken)
    {
        var report = Unchanged(
            "Train", data, () => inner.Train(data, first, maxEpochs, cancellationToken), cancellationToken);
        WarnUnlessFinite("Train", "held-out error", report.HeldOutError);
        return report;
    }
}
