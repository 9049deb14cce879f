namespace MbMix.Learning;

/// <summary>Derivatives of an environment as a dynamics model is fitted to them.</summary>
public static class TransitionDerivatives
{
    /// <summary>
    /// Adds the environment's vector-Jacobian products along given directions. Contacts give a few enormous derivatives: where a product is longer
    /// than <paramref name="maxNorm"/>, direction and product are scaled down together, which keeps the target true.
    /// </summary>
    /// <param name="env">Environment with gradients.</param>
    /// <param name="transitions">M transitions without derivatives: states <c>[M, S]</c> of the environment's type, actions <c>[M, A]</c>.</param>
    /// <param name="valid">Which of them are valid, M.</param>
    /// <param name="directions">Cotangents of the next state in tangent coordinates, float32 <c>[M, K, T]</c>.</param>
    /// <param name="maxNorm">Longest product that is kept as it is: its Euclidean norm over state (tangent coordinates) and action together.</param>
    /// <returns>The transitions with float32 directions <c>[M, K, T]</c> and products by state <c>[M, K, T]</c> and action <c>[M, K, A]</c>, and which of them are valid and have finite products; the caller owns the tensors.</returns>
    public static (TransitionBatch Transitions, bool[] Usable) Along(IDifferentiableEnv env, TransitionBatch transitions, ReadOnlySpan<bool> valid, Tensor directions, double maxNorm)
    {
        var type = transitions.State.dtype;
        var (ofState, ofAction) = EnvJacobians.Pullback(env, transitions.State, transitions.Action.to(type), directions.to(type));
        (ofState, ofAction) = (ofState.to(torch.ScalarType.Float32), ofAction.to(torch.ScalarType.Float32));
        var norm = (ofState.square().sum(2, keepdim: true) + ofAction.square().sum(2, keepdim: true)).sqrt();
        var scale = (maxNorm / norm).clamp_max(1);
        using var norms = norm.sum(1).contiguous();
        var lengths = norms.Values<float>();
        var usable = new bool[valid.Length];
        for (int i = 0; i < usable.Length; i++) usable[i] = valid[i] && float.IsFinite(lengths[i]);
        return (transitions with { Directions = directions * scale, StateProducts = ofState * scale, ActionProducts = ofAction * scale }, usable);
    }
}
