namespace MbMix.Algo.MBMIX;

/// <summary>
/// Weighs two estimates of a gradient G: e from the environment, right on average but noisy, and m from the model, with less noise but biased.
/// Of all combinations a e + b m the one with the least mean squared error has
/// <code>
/// b / a = c s / (g q - c²)     c = E[e·m],   q = E|m|²,   s = E|e - G|²,   g = |G|²
/// </code>
/// A model that points elsewhere (c at most 0) weighs nothing, however long its gradient is, and so does every model where e has no noise. Only
/// the ratio counts, since Adam does not see the length.
/// </summary>
/// <remarks>
/// <para>The noise comes from the same rollouts: d is e with the sign of every other environment turned. Environments are independent, so d has
/// the noise of e and k G instead of G, where k is the mean of the signs: <c>g = (E|e|² - E|d|²) / (1 - k²)</c>.</para>
/// <para>Expectations are averages over iterations with a time constant of fifty, each iteration in units of its gradients' length: single
/// gradients near a contact are a hundred times as long as the rest. This is our choice; the paper does not tell how both objectives are weighted.</para>
/// <para>Model rollouts start from states of the same environments, so c also holds what both gradients owe to these by chance: the weight leans to
/// the model, the more so the fewer environments there are.</para>
/// </remarks>
internal sealed class GradientBlend : ICheckpointed
{
    private const double Forget = 0.98;

    // averages mean nothing before that many iterations
    private const int Patience = 10;

    private readonly double limit;
    private readonly double meanSign;
    private double ofEnv;
    private double ofTurned;
    private double ofModel;
    private double ofBoth;
    private long count;

    /// <param name="environments">Environments N behind e, at least 2.</param>
    /// <param name="modelRollouts">Rollouts M behind m: were the model exact, its gradient would be worth M / N of the environment's, which is the largest weight.</param>
    public GradientBlend(int environments, int modelRollouts)
    {
        limit = modelRollouts / (double)environments;
        Signs = [.. Enumerable.Range(0, environments).Select(lane => lane % 2 == 0 ? 1f : -1f)];
        meanSign = Signs.Average();
    }

    /// <summary>The sign of each environment in d.</summary>
    public float[] Signs { get; }

    /// <summary>Share of noise in the length of the environment's gradient: s / (s + g). NaN before there was one.</summary>
    public double NoiseShare => 1 - (Signal / ofEnv);

    /// <summary>Cosine of the environment's and the model's gradient, were they free of noise; NaN where there is nothing but noise.</summary>
    public double Agreement => ofBoth / Math.Sqrt(Signal * ofModel);

    /// <summary>The weight b / a.</summary>
    public double Weight
    {
        get
        {
            if (count < Patience || !(ofBoth > 0)) return 0;
            double noise = ofEnv - Signal, rest = (Signal * ofModel) - (ofBoth * ofBoth);
            // as much in common as e has signal at all: the model is exact as far as can be told
            return rest <= 0 ? limit : Math.Clamp(ofBoth * noise / rest, 0, limit);
        }
    }

    private double Signal => (ofEnv - ofTurned) / (1 - (meanSign * meanSign));

    /// <summary>Takes the gradients of an iteration.</summary>
    /// <param name="env">e.</param>
    /// <param name="turned">d.</param>
    /// <param name="model">m.</param>
    /// <returns>Whether they were finite; others are left out.</returns>
    public bool Observe(ReadOnlySpan<float> env, ReadOnlySpan<float> turned, ReadOnlySpan<float> model)
    {
        double e = Dot(env, env), d = Dot(turned, turned), m = Dot(model, model);
        double unit = e + d + m;
        if (!double.IsFinite(unit) || unit == 0) return false;
        count++;
        double share = Math.Max(1 - Forget, 1.0 / count);
        ofEnv += share * ((e / unit) - ofEnv);
        ofTurned += share * ((d / unit) - ofTurned);
        ofModel += share * ((m / unit) - ofModel);
        ofBoth += share * ((Dot(env, model) / unit) - ofBoth);
        return true;
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write<double>("averages", [ofEnv, ofTurned, ofModel, ofBoth]);
        writer.Write<long>("count", [count]);
    }

    public void Load(ICheckpointReader reader)
    {
        double[] averages = reader.Read<double>("averages");
        (ofEnv, ofTurned, ofModel, ofBoth) = (averages[0], averages[1], averages[2], averages[3]);
        count = reader.Read<long>("count")[0];
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
