namespace MbMix.Learning;

/// <summary>The cotangents along which a dynamics model's derivatives are compared with the environment's.</summary>
public static class ProbeDirections
{
    // without a lower limit, a component that never changes would get an infinite weight
    private const double SmallestSpread = 1e-6;

    /// <summary>Returns the number of cotangents per transition that a model asks for.</summary>
    /// <param name="spec">Description of the model.</param>
    /// <param name="tangentSize">Number of tangent coordinates T.</param>
    public static int Count(ModelSpec spec, int tangentSize) => spec.Derivatives switch
    {
        DerivativeTargets.None => 0,
        DerivativeTargets.Projected => spec.Probes,
        _ => tangentSize,
    };

    /// <summary>
    /// Fills in directions, either random ones on the unit sphere or all T unit vectors. Each component is then divided
    /// by the spread of the change of that coordinate, so that all coordinates count equally.
    /// </summary>
    /// <param name="directions">
    /// Receives rows of T values; T rows per transition if all unit vectors are wanted.
    /// </param>
    /// <param name="targets">Whether to use random directions or all unit vectors.</param>
    /// <param name="spread">
    /// Standard deviation of each tangent coordinate's change over a control step, T values.
    /// </param>
    /// <param name="random">Random stream of the directions.</param>
    /// <param name="draw">Index of the draw from that stream.</param>
    public static void Fill(
        Span<float> directions, DerivativeTargets targets, ReadOnlySpan<double> spread, CounterRandom random, long draw)
    {
        int tangentSize = spread.Length;
        if (targets == DerivativeTargets.Full)
        {
            for (int i = 0; i < directions.Length; i++)
                directions[i] = i / tangentSize % tangentSize == i % tangentSize ? 1 : 0;
        }
        else
        {
            random.Normal(directions, draw);
            for (int i = 0; i < directions.Length; i += tangentSize) Normalize(directions.Slice(i, tangentSize));
        }
        for (int i = 0; i < directions.Length; i++)
            directions[i] /= (float)Math.Max(spread[i % tangentSize], SmallestSpread);
    }

    private static void Normalize(Span<float> direction)
    {
        double square = 0;
        foreach (float x in direction) square += x * x;
        foreach (ref float x in direction) x /= (float)Math.Sqrt(square);
    }
}
