namespace MbMix.Hosting;

/// <summary>Kinds of components that a plugin can offer.</summary>
public enum ComponentKind
{
    /// <summary>An environment.</summary>
    Environment,

    /// <summary>A dynamics model.</summary>
    Model,

    /// <summary>An algorithm.</summary>
    Algorithm,
}
