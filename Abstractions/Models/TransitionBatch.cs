using TorchSharp;

namespace MbMix;

/// <summary>
/// M transitions to fit a model on. The caller keeps ownership of the tensors; none has gradient history.
/// </summary>
/// <param name="State">State <c>[M, S]</c>.</param>
/// <param name="Action">Action <c>[M, A]</c>.</param>
/// <param name="NextState">Next state <c>[M, S]</c>.</param>
/// <param name="Directions">
/// Cotangents v of the next state in tangent coordinates, <c>[M, K, T]</c>; null if there are no derivative targets.
/// </param>
/// <param name="StateProducts">
/// Their pullback to the state through the environment, v·dS'/dS in tangent coordinates, <c>[M, K, T]</c>.
/// </param>
/// <param name="ActionProducts">
/// Their pullback to the action through the environment, v·dS'/dA, <c>[M, K, A]</c>.
/// </param>
public sealed record TransitionBatch(
    torch.Tensor State,
    torch.Tensor Action,
    torch.Tensor NextState,
    torch.Tensor? Directions = null,
    torch.Tensor? StateProducts = null,
    torch.Tensor? ActionProducts = null)
{
    /// <summary>Returns one of equal parts of the transitions, as views in the caller's dispose scope.</summary>
    /// <param name="k">Index of the part.</param>
    /// <param name="parts">Number of parts; the number of transitions is a multiple of it.</param>
    public TransitionBatch Part(int k, int parts)
    {
        long rows = State.size(0) / parts;
        return new TransitionBatch(
            Of(State), Of(Action), Of(NextState),
            Directions is null ? null : Of(Directions),
            StateProducts is null ? null : Of(StateProducts),
            ActionProducts is null ? null : Of(ActionProducts));

        torch.Tensor Of(torch.Tensor all) => all.narrow(0, k * rows, rows);
    }
}
