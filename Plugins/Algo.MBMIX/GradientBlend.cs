namespace MbMix.Algo.MBMIX;

/// <summary>
/// Weighs two estimates of a gradient G: e from the environment, right on average but noisy, and m from the model, with less noise but biased.
/// Of all combinations a e + b m the one with the least mean squared error has
/// <code>
/// b / a = (c (g + s) - c' g) / (g q - c c')     c = G·E[m],   c' = E[e·m],   q = E|m|²,   s = E|e - G|²,   g = |G|²
/// </code>
/// A model that points elsewhere (c at most 0) weighs nothing, however long its gradient is, and so does every model where e has no noise or only such
/// noise as m has too (c' larger than c), or nothing but noise as far as can be seen (g at most 0). Only the ratio counts, since Adam does not see the length.
/// </summary>
/// <remarks>
/// <para>The noise comes from the same rollouts: d is e with the sign of every other environment turned. Environments are independent, so d has
/// the noise of e and k G instead of G, where k is the mean of the signs: <c>g = (E|e|² - E|d|²) / (1 - k²)</c>.</para>
/// <para>Model rollouts start from states of environments, so e and m have noise in common. In each iteration they start from one half of the environments
/// alone, by turns: c is the product of m with the mean gradient of the other half, <c>(e -+ d) / 2</c> times N over its size.</para>
/// <para>Expectations are averages over iterations with a time constant of fifty, each iteration in units of its gradients' length: single
/// gradients near a contact are a hundred times as long as the rest. This is our choice; the paper does not tell how both objectives are weighted.</para>
/// </remarks>
internal sealed class GradientBlend : ICheckpointed
{
    private const double Forget = 0.98;

    // averages mean nothing before that many iterations
    private const int Patience = 10;

    private readonly int environments;
    private readonly double limit;
    private readonly double meanSign;
    private double ofEnv;
    private double ofTurned;
    private double ofModel;
    private double ofBoth;
    private double ofApart;
    private long count;

    /// <param name="environments">Environments N behind e, at least 2.</param>
    /// <param name="modelRollouts">Rollouts M behind m: were the model exact, its gradient would be worth M / N of the environment's, which is the largest weight.</param>
    public GradientBlend(int environments, int modelRollouts)
    {
        this.environments = environments;
        limit = modelRollouts / (double)environments;
        Signs = [.. Enumerable.Range(0, environments).Select(lane => lane % 2 == 0 ? 1f : -1f)];
        meanSign = Signs.Average();
    }

    /// <summary>The sign of each environment in d.</summary>
    public float[] Signs { get; }

    /// <summary>Share of noise in the squared length of the environment's gradient, s / (s + g). NaN before there was one.</summary>
    public double NoiseShare => 1 - (Signal / ofEnv);

    /// <summary>Cosine of G and the model's gradient; NaN where e is nothing but noise.</summary>
    public double Agreement => ofApart / Math.Sqrt(Signal * ofModel);

    /// <summary>The weight b / a.</summary>
    public double Weight
    {
        get
        {
            double model = (ofApart * ofEnv) - (ofBoth * Signal), env = (Signal * ofModel) - (ofApart * ofBoth);
            // without a signal nothing can be told
            if (count < Patience || !(Signal > 0) || !(model > 0)) return 0;
            // beside such a model e adds nothing
            return env <= 0 ? limit : Math.Min(limit, model / env);
        }
    }

    private double Signal => (ofEnv - ofTurned) / (1 - (meanSign * meanSign));

    /// <summary>Where the model rollouts of an iteration may start: the environments with this sign.</summary>
    public static float HalfOf(long iteration) => iteration % 2 == 0 ? 1 : -1;

    /// <summary>Takes the gradients of an iteration.</summary>
    /// <param name="env">e.</param>
    /// <param name="turned">d.</param>
    /// <param name="model">m.</param>
    /// <param name="half">Sign of the environments that the model rollouts started from.</param>
    /// <returns>Whether they were finite; others are left out.</returns>
    public bool Observe(ReadOnlySpan<float> env, ReadOnlySpan<float> turned, ReadOnlySpan<float> model, float half)
    {
        double e = Dot(env, env), d = Dot(turned, turned), m = Dot(model, model), both = Dot(env, model);
        double unit = e + d + m;
        if (!double.IsFinite(unit) || unit == 0) return false;
        count++;
        double share = Math.Max(1 - Forget, 1.0 / count);
        double others = 0.5 * (both - (half * Dot(turned, model)));
        Blend(ref ofEnv, e);
        Blend(ref ofTurned, d);
        Blend(ref ofModel, m);
        Blend(ref ofBoth, both);
        Blend(ref ofApart, others * environments / Signs.Count(sign => sign != half));
        return true;

        void Blend(ref double mean, double value) => mean += share * ((value / unit) - mean);
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write<double>("averages", [ofEnv, ofTurned, ofModel, ofBoth, ofApart]);
        writer.Write<long>("count", [count]);
    }

    public void Load(ICheckpointReader reader)
    {
        double[] averages = reader.Read<double>("averages");
        (ofEnv, ofTurned, ofModel, ofBoth, ofApart) = (averages[0], averages[1], averages[2], averages[3], averages[4]);
        count = reader.Read<long>("count")[0];
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
