namespace MbMix.Differentiation;

/// <summary>One instance of an <see cref="IRepeatedTerm"/>.</summary>
/// <param name="Inputs">Which of the values it reads, one index per input.</param>
/// <param name="Parameters">Its constants.</param>
/// <param name="Outputs">Which of the totals it adds to, one index per output.</param>
public readonly record struct TermInstance(int[] Inputs, double[] Parameters, int[] Outputs);
