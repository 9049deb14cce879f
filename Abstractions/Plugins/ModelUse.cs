namespace MbMix;

/// <summary>Whether an algorithm uses a dynamics model.</summary>
public enum ModelUse
{
    /// <summary>It does not; selecting a model is an error.</summary>
    None,

    /// <summary>It works with or without one.</summary>
    Optional,

    /// <summary>It needs one.</summary>
    Required,
}
