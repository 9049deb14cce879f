namespace MbMix.Search;

/// <summary>What kind of values a parameter has.</summary>
public enum ParameterKind
{
    /// <summary>Numbers of an interval.</summary>
    Real,

    /// <summary>Whole numbers of an interval.</summary>
    Integer,

    /// <summary>Values of a list, in no order.</summary>
    Choice,
}
