namespace MbMix;

/// <summary>How an algorithm uses a dynamics model.</summary>
public enum ModelUse
{
    /// <summary>Not at all; choosing one is an error.</summary>
    None,

    /// <summary>It works with and without.</summary>
    Optional,

    /// <summary>It cannot work without.</summary>
    Required,
}
