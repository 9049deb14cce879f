using TorchSharp;

namespace MbMix;

/// <summary>
/// A chart that can also convert states to a form that simulators share, so that a state of one environment can be
/// continued in another. Implementing it is optional: if a chart does not, the components of the state are taken as the
/// shared form.
/// </summary>
/// <remarks>
/// <para>Components are matched by name and unit, in any order. A free body named N has <c>N position x</c> to <c>z</c>
/// (of its origin, in world axes), <c>N quaternion x</c> to <c>w</c> (body to world), <c>N velocity x</c> to <c>z</c>
/// (of its origin, in world axes) and <c>N angular velocity x</c> to <c>z</c> (in world axes). A ball joint has its
/// quaternion and its angular velocity in the parent's joint frame. A prismatic or revolute joint has its coordinate
/// <c>N</c> and its rate <c>N velocity</c>.</para>
/// <para>Both conversions are differentiable torch operations on float32 and float64 tensors, and each is the inverse
/// of the other.</para>
/// </remarks>
public interface IStateExchange : IStateChart
{
    /// <summary>The components of the shared form, X dimensions.</summary>
    SpaceSpec Exchange { get; }

    /// <summary>Converts a state to the shared form.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <returns>Shared form <c>[B, X]</c>.</returns>
    torch.Tensor ToExchange(torch.Tensor state);

    /// <summary>Converts the shared form to a state.</summary>
    /// <param name="exchange">Shared form <c>[B, X]</c>.</param>
    /// <returns>State <c>[B, S]</c>.</returns>
    torch.Tensor FromExchange(torch.Tensor exchange);
}
