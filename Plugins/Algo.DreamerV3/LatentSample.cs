using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Draws the stochastic state as one autograd node: the probabilities q = (1 - m) softmax(logits) + m / classes of each
/// latent variable, and one-hot vectors z drawn from them, through which gradients pass straight to q.
/// </summary>
/// <param name="classes">Classes of each latent variable.</param>
/// <param name="unimix">Share m of the uniform distribution.</param>
/// <param name="uniform">
/// Uniform numbers in [0, 1), one per latent variable, <c>[N, latents]</c>; null for the most probable class.
/// </param>
internal sealed class LatentSample(int classes, double unimix, Tensor? uniform) : CustomFunction
{
    private readonly float share = (float)unimix;

    /// <summary>Draws.</summary>
    /// <param name="logits">Logits <c>[N, latents classes]</c>.</param>
    /// <returns>One-hot vectors z and probabilities q, both <c>[N, latents classes]</c>.</returns>
    public (Tensor Z, Tensor Q) Draw(Tensor logits)
    {
        var outputs = Apply(logits);
        return (outputs[0], outputs[1]);
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var logits = inputs[0].detach().contiguous();
        Tensor z = torch.zeros_like(logits), q = torch.empty_like(logits);
        ReadOnlySpan<float> l = logits.Values<float>();
        ReadOnlySpan<float> draws = uniform is null ? default : uniform.Values<float>();
        Span<float> choice = z.Values<float>(), probabilities = q.Values<float>();
        for (int at = 0, draw = 0; at < l.Length; at += classes, draw++)
        {
            var p = probabilities.Slice(at, classes);
            Probabilities(l.Slice(at, classes), p);
            choice[at + (draws.IsEmpty ? Largest(p) : Pick(p, draws[draw]))] = 1;
        }
        if (keep) Keep(q.alias());
        logits.Dispose();
        return [z, q];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var dLogits = torch.empty_like(kept[0]);
        ReadOnlySpan<float> q = kept[0].Values<float>();
        ReadOnlySpan<float> dz = gradients[0] is { } first ? first.Values<float>() : default;
        ReadOnlySpan<float> dq = gradients[1] is { } second ? second.Values<float>() : default;
        Span<float> to = dLogits.Values<float>();
        float floor = share / classes;
        for (int at = 0; at < q.Length; at += classes)
        {
            // p = q without its uniform part: dl = p (d - sum(p d)), and (1 - m) p = q - m / classes
            float mean = 0;
            for (int i = at; i < at + classes; i++)
            {
                to[i] = (dz.IsEmpty ? 0 : dz[i]) + (dq.IsEmpty ? 0 : dq[i]);
                mean += (q[i] - floor) * to[i];
            }
            mean /= 1 - share;
            for (int i = at; i < at + classes; i++) to[i] = (q[i] - floor) * (to[i] - mean);
        }
        return [dLogits];
    }

    private void Probabilities(ReadOnlySpan<float> logits, Span<float> q)
    {
        float most = logits[0], sum = 0;
        foreach (float logit in logits) most = MathF.Max(most, logit);
        for (int i = 0; i < q.Length; i++) sum += q[i] = MathF.Exp(logits[i] - most);
        float scale = (1 - share) / sum, floor = share / q.Length;
        for (int i = 0; i < q.Length; i++) q[i] = (q[i] * scale) + floor;
    }

    private static int Pick(ReadOnlySpan<float> q, float draw)
    {
        for (int i = 0; i < q.Length - 1; i++)
        {
            if (draw < q[i]) return i;
            draw -= q[i];
        }
        return q.Length - 1;
    }

    private static int Largest(ReadOnlySpan<float> q)
    {
        int best = 0;
        for (int i = 1; i < q.Length; i++) best = q[i] > q[best] ? i : best;
        return best;
    }
}
