using TorchSharp;

namespace MbMix;

/// <summary>
/// A model that consists of several members, each of which predicts on its own. Where members disagree, the data say
/// little; a rollout that follows another member at every step does not build up the errors of any one of them (Chua et
/// al. 2018, arXiv 1805.12114).
/// </summary>
public interface IEnsembleModel : IDynamicsModel
{
    /// <summary>Number of members, at least 1.</summary>
    int Members { get; }

    /// <summary>
    /// Predicts the next state by one member. What holds for <see cref="IDynamicsModel.Predict"/>, which predicts the
    /// mean of the members, holds here as well.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="member">Index of the member, from 0 to below <see cref="Members"/>.</param>
    /// <returns>Next state <c>[B, S]</c>; the caller owns it.</returns>
    torch.Tensor Predict(torch.Tensor state, torch.Tensor action, int member);
}
