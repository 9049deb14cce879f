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

    /// <summary>The gradient of the logits.</summary>
    /// <param name="q">Probabilities <c>[N, latents classes]</c>.</param>
    /// <param name="dz">Gradient of the one-hot vectors, which passes straight to q; may be null.</param>
    /// <param name="dq">Gradient of the probabilities; may be null.</param>
    /// <param name="classes">Classes of each latent variable.</param>
    /// <param name="unimix">Share of the uniform distribution.</param>
    public static Tensor Pullback(Tensor q, Tensor? dz, Tensor? dq, int classes, double unimix)
    {
        var dLogits = torch.empty_like(q);
        ReadOnlySpan<float> from = q.Values<float>();
        ReadOnlySpan<float> first = dz is null ? default : dz.Values<float>();
        ReadOnlySpan<float> second = dq is null ? default : dq.Values<float>();
        Span<float> to = dLogits.Values<float>();
        float share = (float)unimix, floor = share / classes;
        for (int at = 0; at < from.Length; at += classes)
        {
            // p = q without its uniform part: dl = p (d - sum(p d)), and (1 - m) p = q - m / classes
            float mean = 0;
            for (int i = at; i < at + classes; i++)
            {
                to[i] = (first.IsEmpty ? 0 : first[i]) + (second.IsEmpty ? 0 : second[i]);
                mean += (from[i] - floor) * to[i];
            }
            mean /= 1 - share;
            for (int i = at; i < at + classes; i++) to[i] = (from[i] - floor) * (to[i] - mean);
        }
        return dLogits;
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var logits = inputs[0].detach().contiguous();
        Tensor z = torch.zeros_like(logits), q = torch.empty_like(logits);
        ReadOnlySpan<float> l = logits.Values<float>();
        ReadOnlySpan<float> draws = uniform is null ? default : uniform.Values<float>();
        Span<float> choice = z.Values<float>(), probabilities = q.Values<float>();
        Probabilities(l, probabilities);
        for (int at = 0, draw = 0; at < l.Length; at += classes, draw++)
        {
            var p = probabilities.Slice(at, classes);
            choice[at + (draws.IsEmpty ? Largest(p) : Pick(p, draws[draw]))] = 1;
        }
        if (keep) Keep(q.detach());
        logits.Dispose();
        return [z, q];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept) =>
        [Pullback(kept[0], gradients[0], gradients[1], classes, unimix)];

    // q of all latent variables: one pass of exponentials over all of them
    private void Probabilities(ReadOnlySpan<float> logits, Span<float> q)
    {
        for (int at = 0; at < q.Length; at += classes)
        {
            float most = logits[at];
            for (int i = at + 1; i < at + classes; i++) most = MathF.Max(most, logits[i]);
            for (int i = at; i < at + classes; i++) q[i] = logits[i] - most;
        }
        Exponential.Of(q);
        float floor = share / classes;
        for (int at = 0; at < q.Length; at += classes)
        {
            float sum = 0;
            for (int i = at; i < at + classes; i++) sum += q[i];
            float scale = (1 - share) / sum;
            for (int i = at; i < at + classes; i++) q[i] = (q[i] * scale) + floor;
        }
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
