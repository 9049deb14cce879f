namespace MbMix.Learning;

/// <summary>
/// Samples of a tanh-squashed Gaussian as one autograd node: from the outputs of a network, mean and raw deviation
/// <c>[B, 2A]</c>, and standard normal noise <c>[B, A]</c> to actions <c>[B, A]</c> in (-1, 1) and their log
/// probabilities <c>[B]</c>.
/// </summary>
/// <remarks>
/// The log deviation is a smooth map of the raw one to [<see cref="LowestLogStd"/>, <see cref="HighestLogStd"/>]. The
/// squashing's correction log(1 - tanh(u)^2) is computed as 2 (log 2 - u - softplus(-2 u)), which is exact for large u.
/// </remarks>
internal sealed class SquashedGaussian : CustomFunction
{
    public const float LowestLogStd = -5, HighestLogStd = 2;

    private const float HalfRange = (HighestLogStd - LowestLogStd) / 2;
    private static readonly float HalfLogTwoPi = (float)(0.5 * Math.Log(2 * Math.PI));
    private static readonly float LogTwo = (float)Math.Log(2);

    /// <summary>The log deviation of a raw one.</summary>
    public static float LogStd(float raw) => LowestLogStd + (HalfRange * (MathF.Tanh(raw) + 1));

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        using var outputs = inputs[0].detach().contiguous();
        using var noise = inputs[1].detach().contiguous();
        int actions = (int)noise.shape[1], rows = (int)noise.shape[0];
        Tensor action = TensorSpans.Empty(rows, actions), logProbability = TensorSpans.Empty(rows);
        ReadOnlySpan<float> raw = outputs.Values<float>(), z = noise.Values<float>();
        Span<float> a = action.Values<float>(), log = logProbability.Values<float>();
        for (int r = 0; r < rows; r++)
        {
            float sum = 0;
            for (int i = 0; i < actions; i++)
            {
                float mean = raw[(r * 2 * actions) + i], logStd = LogStd(raw[(r * 2 * actions) + actions + i]);
                float e = z[(r * actions) + i], u = mean + (MathF.Exp(logStd) * e);
                a[(r * actions) + i] = MathF.Tanh(u);
                sum += (-0.5f * e * e) - logStd - HalfLogTwoPi - LogSlope(u);
            }
            log[r] = sum;
        }
        // detached: an alias would hold the action, whose history holds this node, and neither would ever be freed
        if (keep) Keep(outputs.detach(), noise.detach(), action.detach());
        return [action, logProbability];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        int actions = (int)kept[1].shape[1], rows = (int)kept[1].shape[0];
        var result = TensorSpans.Empty(rows, 2 * actions);
        ReadOnlySpan<float> raw = kept[0].Values<float>(), z = kept[1].Values<float>(), a = kept[2].Values<float>();
        ReadOnlySpan<float> dAction = gradients[0] is { } first ? first.Values<float>() : default;
        ReadOnlySpan<float> dLog = gradients[1] is { } second ? second.Values<float>() : default;
        Span<float> dRaw = result.Values<float>();
        for (int r = 0; r < rows; r++)
        {
            float dl = dLog.IsEmpty ? 0 : dLog[r];
            for (int i = 0; i < actions; i++)
            {
                int at = (r * actions) + i, mean = (r * 2 * actions) + i, deviation = mean + actions;
                float squashed = a[at], turned = MathF.Tanh(raw[deviation]);
                float da = dAction.IsEmpty ? 0 : dAction[at];
                // -log(1 - tanh(u)^2) has the derivative 2 tanh(u)
                float du = (da * (1 - (squashed * squashed))) + (2 * dl * squashed);
                float std = MathF.Exp(LowestLogStd + (HalfRange * (turned + 1)));
                dRaw[mean] = du;
                dRaw[deviation] = ((du * std * z[at]) - dl) * HalfRange * (1 - (turned * turned));
            }
        }
        return [result, null];
    }

    /// <summary>log(1 - tanh(u)^2).</summary>
    internal static float LogSlope(float u)
    {
        // softplus(-2 u), without overflow
        float x = -2 * u, softplus = MathF.Max(x, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(x)));
        return 2 * (LogTwo - u - softplus);
    }
}
