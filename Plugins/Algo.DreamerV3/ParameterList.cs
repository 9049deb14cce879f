using MbMix.Learning;
using MbMix.Numerics;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Collects the parameters of networks, each with its initial values, before their memory is allocated.
/// </summary>
internal sealed class ParameterList
{
    // makes the deviation of a normal distribution cut off at two deviations 1
    private const double Truncation = 1.1368;

    private readonly List<(ParameterShape Shape, double Deviation, float Constant)> entries = [];

    /// <summary>Number of parameters so far.</summary>
    public int Count => entries.Count;

    /// <summary>Adds weights, normal with deviation 1/sqrt(fanIn) and cut off at two deviations.</summary>
    /// <returns>Index of the parameter.</returns>
    public int AddWeights(string name, double fanIn, double scale, params long[] shape)
    {
        entries.Add((new ParameterShape(name, shape), scale * Truncation / Math.Sqrt(fanIn), 0));
        return entries.Count - 1;
    }

    /// <summary>Adds a parameter whose values are all the same at first.</summary>
    /// <returns>Index of the parameter.</returns>
    public int Add(string name, float value, params long[] shape)
    {
        entries.Add((new ParameterShape(name, shape), 0, value));
        return entries.Count - 1;
    }

    /// <summary>Makes the parameters with their initial values.</summary>
    /// <param name="random">Source of the weights; draw i fills parameter i.</param>
    public ParameterSet Build(CounterRandom random)
    {
        var set = new ParameterSet(entries.Select(e => e.Shape));
        for (int i = 0; i < entries.Count; i++)
        {
            var (_, deviation, constant) = entries[i];
            if (deviation > 0) Fill(set[i], (float)deviation, random, i);
            else set[i].Fill(constant);
        }
        return set;
    }

    private static void Fill(Span<float> weights, float deviation, CounterRandom random, int parameter)
    {
        random.Normal(weights, parameter);
        float[] spare = new float[weights.Length];
        for (int attempt = 1; weights.ContainsAnyExceptInRange(-2f, 2f); attempt++)
        {
            random.Normal(spare, parameter, attempt);
            for (int i = 0; i < spare.Length; i++)
            {
                if (MathF.Abs(weights[i]) > 2) weights[i] = spare[i];
            }
        }
        foreach (ref float weight in weights) weight *= deviation;
    }
}
