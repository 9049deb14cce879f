namespace MbMix.TestKit;

/// <summary>What <see cref="TripleCheck"/> did.</summary>
/// <param name="Findings">What it found to be wrong.</param>
/// <param name="Fitting">Triples that fit together.</param>
/// <param name="Others">Triples that do not.</param>
public sealed record TripleResult(IReadOnlyList<Finding> Findings, int Fitting, int Others);
