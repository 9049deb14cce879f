using TorchSharp;

namespace MbMix;

/// <summary>
/// An ensemble whose members predict a distribution: each gives mean and deviation of the change of state. The spread
/// within a member says how random the dynamics look, the spread between members how little the data say (Chua et al.
/// 2018, arXiv 1805.12114). It is trained on all transitions at once, now and then.
/// </summary>
/// <remarks>
/// <see cref="IEnsembleModel.Predict(torch.Tensor, torch.Tensor, int)"/> is the mean of one member, and
/// <see cref="IDynamicsModel.Predict"/> is the mean over <see cref="Elites"/>.
/// <see cref="IDynamicsModel.Fit(TransitionBatch)"/> takes one training step with every member, for algorithms that
/// train on minibatches.
/// </remarks>
public interface IProbabilisticModel : IEnsembleModel
{
    /// <summary>
    /// The members with the smallest held-out errors at the last training, best first; all members before the first
    /// one.
    /// </summary>
    IReadOnlyList<int> Elites { get; }

    /// <summary>
    /// Draws next states, <c>s' = Integrate(s, mean + deviation * noise)</c> with mean and deviation of one member per
    /// row. The result is differentiable in state and action; parameters are frozen.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="members">Member of each row, int64 <c>[B]</c>.</param>
    /// <param name="noise">
    /// Standard normal noise, float32 <c>[B, T]</c> with T the chart's <see cref="IStateChart.TangentSize"/>; zeros
    /// give the means. It receives no gradient.
    /// </param>
    /// <returns>Next state <c>[B, S]</c>; the caller owns it.</returns>
    torch.Tensor Sample(torch.Tensor state, torch.Tensor action, torch.Tensor members, torch.Tensor noise);

    /// <summary>
    /// Trains on all data, from the present weights, until no member's held-out error has fallen by more than 1 % for
    /// some epochs. Each member then has weights whose held-out error is within 1 % of the smallest.
    /// </summary>
    /// <remarks>
    /// Each member holds out a part of the rows. Which, depends on the row's index since training began, so a row that
    /// a member has not been trained on never becomes one that it is trained on.
    /// </remarks>
    /// <param name="data">All M transitions, oldest first; derivative targets are ignored.</param>
    /// <param name="first">Index of the first row among all rows since training began, 0 if none was dropped.</param>
    /// <param name="maxEpochs">Largest number of passes over the data, at least 1.</param>
    /// <param name="cancellationToken">
    /// Ends the training early by an <see cref="OperationCanceledException"/>.
    /// </param>
    ModelTrainingReport Train(TransitionBatch data, long first, int maxEpochs, CancellationToken cancellationToken);
}
