namespace MbMix.Learning;

/// <summary>The cotangents along which a dynamics model is compared with the environment's derivatives.</summary>
public static class ProbeDirections
{
    // a component that never changes would have infinite weight
    private const double SmallestSpread = 1e-6;

    /// <summary>Cotangents per transition that a model asks for.</summary>
    /// <param name="spec">Description of the model.</param>
    /// <param name="tangentSize">Components T of a tangent vector.</param>
    public static int Count(ModelSpec spec, int tangentSize) => spec.Derivatives switch
    {
        DerivativeTargets.None => 0,
        DerivativeTargets.Projected => spec.Probes,
        _ => tangentSize,
    };

    /// <summary>
    /// Fills in directions: random on the unit sphere, or all unit vectors, in units of one over the spread of each component's change, so that every
    /// component counts the same.
    /// </summary>
    /// <param name="directions">Receives rows of T values; for all unit vectors T rows per transition.</param>
    /// <param name="targets">Random or all.</param>
    /// <param name="spread">Standard deviation of the change of each tangent coordinate over a control step, T values.</param>
    /// <param name="random">Where random directions come from.</param>
    /// <param name="draw">Which draw of it.</param>
    public static void Fill(Span<float> directions, DerivativeTargets targets, ReadOnlySpan<double> spread, CounterRandom random, long draw)
    {
        int tangentSize = spread.Length;
        if (targets == DerivativeTargets.Full)
        {
            for (int i = 0; i < directions.Length; i++) directions[i] = i / tangentSize % tangentSize == i % tangentSize ? 1 : 0;
        }
        else
        {
            random.Normal(directions, draw);
            for (int i = 0; i < directions.Length; i += tangentSize) Normalize(directions.Slice(i, tangentSize));
        }
        for (int i = 0; i < directions.Length; i++) directions[i] /= (float)Math.Max(spread[i % tangentSize], SmallestSpread);
    }

    private static void Normalize(Span<float> direction)
    {
        double square = 0;
        foreach (float x in direction) square += x * x;
        foreach (ref float x in direction) x /= (float)Math.Sqrt(square);
    }
}
