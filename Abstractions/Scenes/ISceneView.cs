using TorchSharp;

namespace MbMix;

/// <summary>Shows the states of an environment: what is in its world, and where that is.</summary>
/// <remarks>It is used by one thread at a time, the one that uses the environment.</remarks>
public interface ISceneView
{
    /// <summary>What there is, the same for all states.</summary>
    Scene Scene { get; }

    /// <summary>Computes where everything is.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="lastAction">The action that led to the state, <c>[B, A]</c>; zero after a reset.</param>
    /// <returns>The poses, without gradient history.</returns>
    SceneFrame Pose(torch.Tensor state, torch.Tensor lastAction);
}
