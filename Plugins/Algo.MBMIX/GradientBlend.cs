namespace MbMix.Algo.MBMIX;

/// <summary>
/// Weights two estimates of a gradient G: e from the environment, which is unbiased but noisy, and m from the model,
/// which is less noisy but biased. Of all combinations a e + b m, the one with the least mean squared error has
/// <code>
/// b / a = (c (g + s) - c' g) / (g q - c c')     c = G·E[m],   c' = E[e·m],   q = E|m|²,   s = E|e - G|²,   g = |G|²
/// </code>
/// The weight is 0 if the model's gradient points elsewhere (c at most 0), however long it is. It is also 0 if e has no
/// noise, or only noise that m shares (c' larger than c), or if e seems to be nothing but noise (g at most 0). Only the
/// ratio matters, because Adam is insensitive to the gradient's length.
/// </summary>
/// <remarks>
/// <para>The noise is estimated from the same rollouts: d is e with the sign flipped in every other environment. As
/// environments are independent, d has the same noise as e but a mean of k G instead of G, where k is the mean of the
/// signs. Hence <c>g = (E|e|² - E|d|²) / (1 - k²)</c>.</para>
/// <para>Model rollouts start from states of the environments, so e and m share noise. Therefore each iteration starts
/// them from only one half of the environments, alternating between the halves; c is then the product of m with the
/// mean gradient of the other half, <c>(e -+ d) / 2</c> times N over the size of that half.</para>
/// <para>Expectations are averages over iterations with a time constant of fifty. Each iteration is scaled by the
/// length of its gradients, because single gradients near a contact are a hundred times as long as the rest. All of
/// this is our choice: the paper does not say how the two objectives are weighted.</para>
/// </remarks>
internal sealed class GradientBlend : ICheckpointed
{
    private const double Forget = 0.98;

    // number of iterations before the averages mean anything
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

    /// <param name="environments">Number of environments N that e averages over, at least 2.</param>
    /// <param name="modelRollouts">
    /// Number of rollouts M that m averages over. The weight is at most M / N, the worth of the model's gradient if the
    /// model were exact.
    /// </param>
    public GradientBlend(int environments, int modelRollouts)
    {
        this.environments = environments;
        limit = modelRollouts / (double)environments;
        Signs = [.. Enumerable.Range(0, environments).Select(lane => lane % 2 == 0 ? 1f : -1f)];
        meanSign = Signs.Average();
    }

    /// <summary>The sign of each environment in d, N values.</summary>
    public float[] Signs { get; }

    /// <summary>
    /// Share of noise in the squared length of the environment's gradient, s / (s + g). NaN before the first gradient.
    /// </summary>
    public double NoiseShare => 1 - (Signal / ofEnv);

    /// <summary>Cosine between G and the model's gradient; NaN if e is nothing but noise.</summary>
    public double Agreement => ofApart / Math.Sqrt(Signal * ofModel);

    /// <summary>The weight b / a.</summary>
    public double Weight
    {
        get
        {
            double model = (ofApart * ofEnv) - (ofBoth * Signal), env = (Signal * ofModel) - (ofApart * ofBoth);
            // without a signal, nothing is known about the model's gradient
            if (count < Patience || !(Signal > 0) || !(model > 0)) return 0;
            // e adds nothing to such a model
            return env <= 0 ? limit : Math.Min(limit, model / env);
        }
    }

    private double Signal => (ofEnv - ofTurned) / (1 - (meanSign * meanSign));

    /// <summary>Sign of the environments from which the model rollouts of an iteration start.</summary>
    public static float HalfOf(long iteration) => iteration % 2 == 0 ? 1 : -1;

    /// <summary>Adds the gradients of an iteration to the averages.</summary>
    /// <param name="env">Gradient e, from the environment.</param>
    /// <param name="turned">Gradient d, with the sign flipped in every other environment.</param>
    /// <param name="model">Gradient m, from the model.</param>
    /// <param name="half">Sign of the environments that the model rollouts started from.</param>
    /// <returns>Whether the gradients were finite and not all zero; otherwise they are ignored.</returns>
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
