using TorchSharp;

namespace MbMix;

/// <summary>
/// A chart that can also express states in a form that simulators share, so that a state of one environment can be continued in another.
/// Optional: where the chart does not implement it, the components of the state themselves are that form.
/// </summary>
/// <remarks>
/// <para>Components are matched by name and unit, in any order. A free body called N has <c>N position x</c> to <c>z</c> (its origin, world
/// axes), <c>N quaternion x</c> to <c>w</c> (body to world), <c>N velocity x</c> to <c>z</c> (of its origin, world axes) and
/// <c>N angular velocity x</c> to <c>z</c> (world axes); a ball joint its quaternion and its angular velocity in the parent's joint frame; a
/// sliding or turning joint its coordinate <c>N</c> and its rate <c>N velocity</c>.</para>
/// <para>Both directions are differentiable torch operations on float32 and float64, and inverse to each other.</para>
/// </remarks>
public interface IStateExchange : IStateChart
{
    /// <summary>The shared form, X dimensions.</summary>
    SpaceSpec Exchange { get; }

    /// <summary>A state in the shared form.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <returns>Shared form <c>[B, X]</c>.</returns>
    torch.Tensor ToExchange(torch.Tensor state);

    /// <summary>A state from the shared form.</summary>
    /// <param name="exchange">Shared form <c>[B, X]</c>.</param>
    /// <returns>State <c>[B, S]</c>.</returns>
    torch.Tensor FromExchange(torch.Tensor exchange);
}
