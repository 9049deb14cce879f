namespace MbMix.Learning;

/// <summary>Computes the derivatives of an environment that a dynamics model is fitted to.</summary>
public static class TransitionDerivatives
{
    /// <summary>
    /// Adds the environment's vector-Jacobian products along given directions to transitions. Contacts produce a few
    /// enormous derivatives: where the norm of a product exceeds <paramref name="maxNorm"/>, direction and product are
    /// scaled down together, so that the target stays correct.
    /// </summary>
    /// <param name="env">Environment with gradients.</param>
    /// <param name="transitions">
    /// M transitions without derivatives: states <c>[M, S]</c> of the environment's state type, actions <c>[M, A]</c>.
    /// </param>
    /// <param name="valid">Which of the transitions are valid, M flags.</param>
    /// <param name="directions">Cotangents of the next state in tangent coordinates, float32 <c>[M, K, T]</c>.</param>
    /// <param name="maxNorm">
    /// Largest norm of a product that is not scaled down: the Euclidean norm over state (in tangent coordinates) and
    /// action together.
    /// </param>
    /// <returns>
    /// The transitions with float32 directions <c>[M, K, T]</c> and products with respect to state <c>[M, K, T]</c> and
    /// action <c>[M, K, A]</c>, and which of them are valid and have finite products. The caller owns the tensors.
    /// </returns>
    public static (TransitionBatch Transitions, bool[] Usable) Along(
        IDifferentiableEnv env, TransitionBatch transitions, ReadOnlySpan<bool> valid, Tensor directions,
        double maxNorm)
    {
        var type = transitions.State.dtype;
        var (ofState, ofAction) =
            EnvJacobians.Pullback(env, transitions.State, transitions.Action.to(type), directions.to(type));
        (ofState, ofAction) = (ofState.to(torch.ScalarType.Float32), ofAction.to(torch.ScalarType.Float32));
        var norm = (ofState.square().sum(2, keepdim: true) + ofAction.square().sum(2, keepdim: true)).sqrt();
        var scale = (maxNorm / norm).clamp_max(1);
        using var norms = norm.sum(1).contiguous();
        var lengths = norms.Values<float>();
        var usable = new bool[valid.Length];
        for (int i = 0; i < usable.Length; i++) usable[i] = valid[i] && float.IsFinite(lengths[i]);
        var scaled = transitions with
        {
            Directions = directions * scale,
            StateProducts = ofState * scale,
            ActionProducts = ofAction * scale,
        };
        return (scaled, usable);
    }
}
