namespace MbMix.TestKit;

/// <summary>Something that a certification has found to be wrong, in one line.</summary>
/// <param name="Subject">What was certified, such as the id of an environment.</param>
/// <param name="Check">What was checked.</param>
/// <param name="Came">What came.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Hint">What authors usually did, or what to do about it; empty if there is nothing to say.</param>
public sealed record Finding(string Subject, string Check, string Came, string Expected, string Hint = "")
{
    /// <summary>The whole line.</summary>
    public override string ToString()
    {
        string hint = Hint.Length == 0 ? "" : $" {Hint}";
        return $"{Subject}: {Check}: {Came} came; expected {Expected}.{hint}".ReplaceLineEndings(" ");
    }
}
