namespace MbMix.Differentiation;

/// <summary>A loop in a lowered program.</summary>
/// <param name="Body">What is done for one instance: input groups values and constants, output groups contributions and (where instances can be skipped) the guard.</param>
/// <param name="Inputs">For each instance, the instruction of each value.</param>
/// <param name="Parameters">For each instance, its constants.</param>
/// <param name="Totals">For each instance, the total that each contribution is added to.</param>
/// <param name="TotalCount">Number of totals.</param>
internal sealed record LoweredLoop(LoweredProgram Body, int[][] Inputs, double[][] Parameters, int[][] Totals, int TotalCount)
{
    /// <summary>The body's instruction that tells which lanes need the instance, -1 where all do.</summary>
    public int Guard => Body.OutputSizes[1] == 0 ? -1 : Body.Outputs.Single(o => o.Group == 1).Source;
}
