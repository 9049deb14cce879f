namespace MbMix.Tests.Certification;

/// <summary>Something that a certification has found to be wrong, in one line.</summary>
/// <param name="Subject">What was certified, such as the id of an environment.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Came">What came.</param>
/// <param name="Expected">What was expected.</param>
public sealed record Finding(string Subject, string Check, string Came, string Expected)
{
    /// <summary>The whole line.</summary>
    public override string ToString() =>
        $"{Subject}: {Check}: {Came} came; expected {Expected}.".ReplaceLineEndings(" ");
}
