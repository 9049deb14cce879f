namespace MbMix.Differentiation;

/// <summary>One instance of an <see cref="IRepeatedTerm"/>.</summary>
/// <param name="Inputs">One index per input: which of the values it reads.</param>
/// <param name="Parameters">The constants of the instance.</param>
/// <param name="Outputs">One index per output: which of the totals it adds to.</param>
public readonly record struct TermInstance(int[] Inputs, double[] Parameters, int[] Outputs);
