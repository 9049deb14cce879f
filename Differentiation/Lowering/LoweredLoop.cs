namespace MbMix.Differentiation;

/// <summary>A loop in a lowered program, or a call of a lane function.</summary>
/// <param name="Body">
/// What is computed for one instance. Its input groups are values and constants; its output groups are contributions
/// and, if instances can be skipped, the guard. Null for a lane function.
/// </param>
/// <param name="Inputs">For each instance, the instruction that computes each value.</param>
/// <param name="Parameters">For each instance, its constants.</param>
/// <param name="Totals">For each instance, the total that each contribution is added to.</param>
/// <param name="TotalCount">Number of totals.</param>
/// <param name="Lane">The lane function; null for a body.</param>
internal sealed record LoweredLoop(
    LoweredProgram? Body, int[][] Inputs, double[][] Parameters, int[][] Totals, int TotalCount, LaneCall? Lane)
{
    /// <summary>The instruction of the body that tells which lanes need the instance; -1 if all do.</summary>
    public int Guard => Body!.OutputSizes[1] == 0 ? -1 : Body.Outputs.Single(o => o.Group == 1).Source;
}
