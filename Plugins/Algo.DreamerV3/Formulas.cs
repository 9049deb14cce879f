using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>The formulas of DreamerV3 as pure functions. Time is the first dimension where there is one.</summary>
internal static class Formulas
{
    /// <summary>sign(x) ln(1 + |x|).</summary>
    public static double Symlog(double x) => Math.CopySign(Math.Log(1 + Math.Abs(x)), x);

    /// <summary>The inverse of <see cref="Symlog(double)"/>.</summary>
    public static double Symexp(double x) => Math.CopySign(Math.Exp(Math.Abs(x)) - 1, x);

    /// <summary>sign(x) ln(1 + |x|) of each element.</summary>
    public static Tensor Symlog(Tensor x) => x.sign() * x.abs().log1p();

    /// <summary>The probabilities of latent variables with a share of the uniform distribution.</summary>
    /// <param name="logits">Logits <c>[N, latents classes]</c>.</param>
    /// <param name="classes">Classes of each variable.</param>
    /// <param name="unimix">The share.</param>
    public static Tensor Unimix(Tensor logits, int classes, double unimix)
    {
        var p = torch.nn.functional.softmax(logits.view(logits.shape[0], -1, classes), -1);
        return (p * (1 - unimix) + (unimix / classes)).view(logits.shape);
    }

    /// <summary>The divergence KL(p || q), summed over the latent variables.</summary>
    /// <param name="p">Probabilities <c>[N, latents classes]</c>.</param>
    /// <param name="q">Probabilities <c>[N, latents classes]</c>.</param>
    /// <returns>Divergences <c>[N]</c>.</returns>
    public static Tensor Divergence(Tensor p, Tensor q) => (p * (p.log() - q.log())).sum(1);

    /// <summary>The loss of a divergence of which the first nats are free, in each row.</summary>
    public static Tensor Free(Tensor divergence, double freeBits) => divergence.clamp_min(freeBits);

    /// <summary>
    /// Returns R_t = r_{t+1} + c_{t+1} ((1 - lambda) v_{t+1} + lambda R_{t+1}), with R_H = v_H.
    /// </summary>
    /// <param name="rewards">r_0 .. r_H, <c>[H + 1, N]</c>; r_0 is not used.</param>
    /// <param name="continues">c_0 .. c_H, with the discount; c_0 is not used.</param>
    /// <param name="values">v_0 .. v_H.</param>
    /// <param name="lambda">Lambda.</param>
    /// <returns>R_0 .. R_{H-1}, <c>[H, N]</c>.</returns>
    public static Tensor LambdaReturns(Tensor rewards, Tensor continues, Tensor values, double lambda)
    {
        int steps = (int)rewards.shape[0] - 1;
        var returns = new Tensor[steps];
        var after = values[steps];
        for (int t = steps - 1; t >= 0; t--)
        {
            after = rewards[t + 1] + continues[t + 1] * ((1 - lambda) * values[t + 1] + lambda * after);
            returns[t] = after;
        }
        return torch.stack(returns);
    }

    /// <summary>The weights c_0 ... c_t, by which states after an end do not count.</summary>
    /// <param name="continues">c_0, c_1, ..., <c>[H, N]</c>.</param>
    public static Tensor Weights(Tensor continues) => continues.cumprod(0);

    /// <summary>
    /// The returns of replayed steps: y_t = r_{t+1} + live_{t+1} ((1 - g_{t+1}) b_{t+1} + g_{t+1} y_{t+1}). Here, live
    /// is the discount, or 0 after a termination; g is lambda, or 0 at the last record of an episode; the last y is b.
    /// </summary>
    /// <param name="rewards">Rewards <c>[T, B]</c>, each with the observation that it came with.</param>
    /// <param name="last">1 in the last record of an episode.</param>
    /// <param name="terminal">1 where the task terminated.</param>
    /// <param name="values">Bootstrap values b.</param>
    /// <param name="discount">The discount factor.</param>
    /// <param name="lambda">Lambda.</param>
    /// <returns>The returns of all records but the last, <c>[T - 1, B]</c>.</returns>
    public static Tensor ReplayReturns(
        Tensor rewards, Tensor last, Tensor terminal, Tensor values, double discount, double lambda)
    {
        Tensor live = (1 - terminal) * discount, trace = (1 - last) * lambda;
        int steps = (int)rewards.shape[0] - 1;
        var returns = new Tensor[steps];
        var after = values[steps];
        for (int t = steps - 1; t >= 0; t--)
        {
            after = rewards[t + 1] + live[t + 1] * ((1 - trace[t + 1]) * values[t + 1] + trace[t + 1] * after);
            returns[t] = after;
        }
        return torch.stack(returns);
    }

    /// <summary>Standard deviations between 0.1 and 1 from the actor's raw outputs.</summary>
    public static Tensor Deviation(Tensor raw) => (raw + 2).sigmoid() * 0.9 + 0.1;

    /// <summary>Log probability of actions under normal distributions, summed over the action's components.</summary>
    public static Tensor LogProbability(Tensor action, Tensor mean, Tensor deviation) =>
        (((action - mean) / deviation).square() * -0.5 - deviation.log() - (0.5 * Math.Log(2 * Math.PI))).sum(1);

    /// <summary>Entropy of normal distributions, summed over the action's components.</summary>
    public static Tensor Entropy(Tensor deviation) => (deviation.log() + (0.5 * Math.Log(2 * Math.PI * Math.E))).sum(1);

    /// <summary>The actor's loss: -w (log pi stop(advantage) + entropyScale H), the mean over all rows.</summary>
    public static Tensor ActorLoss(
        Tensor weights, Tensor logProbability, Tensor advantage, Tensor entropy, double entropyScale) =>
        -(weights * (logProbability * advantage.detach() + entropy * entropyScale)).mean();
}
