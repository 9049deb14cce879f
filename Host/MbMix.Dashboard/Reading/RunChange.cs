namespace MbMix.Dashboard;

/// <summary>What is new about a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Whole">Whether the lines are all that there are, and not only those that were added.</param>
/// <param name="Rows">Lines of <c>metrics.csv</c>.</param>
/// <param name="Evaluations">Lines of <c>evaluations.csv</c>.</param>
internal sealed record RunChange(
    RunReader Run, bool Whole, IReadOnlyList<double[]> Rows, IReadOnlyList<double[]> Evaluations);
