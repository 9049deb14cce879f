using TorchSharp;

namespace MbMix;

/// <summary>Shows the states of an environment: what is in its world, and where that is.</summary>
/// <remarks>It is used by one thread at a time, the one that uses the environment.</remarks>
public interface ISceneView
{
    /// <summary>What there is, the same for all states.</summary>
    Scene Scene { get; }

    /// <summary>
    /// Pictures to be shown per control step: 1, or more for steps that take so long that one sees nothing of what
    /// happens in them. Default 1.
    /// </summary>
    int FramesPerStep => 1;

    /// <summary>
    /// Computes the states to be shown within a control step, evenly spaced in time; called only if there are any.
    /// </summary>
    /// <param name="state">State before the step, <c>[1, S]</c>.</param>
    /// <param name="action">Action of the step, <c>[1, A]</c>.</param>
    /// <returns>
    /// The states between that before and that after the step, <c>[FramesPerStep - 1, S]</c>, the caller's.
    /// </returns>
    torch.Tensor Between(torch.Tensor state, torch.Tensor action) => torch.empty([0, state.shape[1]], state.dtype);

    /// <summary>Computes where everything is.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="lastAction">The action that led to the state, <c>[B, A]</c>; zero after a reset.</param>
    /// <returns>The poses, without gradient history.</returns>
    SceneFrame Pose(torch.Tensor state, torch.Tensor lastAction);
}
