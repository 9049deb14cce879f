namespace MbMix.Storage;

/// <summary>
/// A kind of JSON document, with its size limits, the strictness of its grammar and the kind of error it raises.
/// </summary>
internal sealed record DocumentKind
{
    /// <summary>The configuration of a run, <c>config.json</c>.</summary>
    public static DocumentKind Configuration { get; } = new() { IsUsersInput = true };

    /// <summary>The value of a setting on the command line.</summary>
    public static DocumentKind Setting { get; } =
        new() { IsUsersInput = true, Whole = "the value" };

    /// <summary>A preset that comes with a plugin.</summary>
    public static DocumentKind Preset { get; } = new() { Lenient = true };

    /// <summary>An experiment file.</summary>
    public static DocumentKind Experiment { get; } = new() { IsUsersInput = true, Lenient = true };

    /// <summary>The description of a comparison, <c>comparison.json</c>.</summary>
    public static DocumentKind Comparison { get; } = new() { IsUsersInput = true };

    /// <summary>A record that a program wrote about a run, such as its manifest or result.</summary>
    public static DocumentKind Record { get; } = new();

    /// <summary>The header of a checkpoint, or a document inside it.</summary>
    public static DocumentKind Checkpoint { get; } = new();

    /// <summary>The description inside a policy file.</summary>
    public static DocumentKind Policy { get; } = new();

    /// <summary>The states or actions of a rollout.</summary>
    public static DocumentKind Rollout { get; } = new() { MaximumBytes = 64 << 20, MaximumValues = 4_000_000 };

    /// <summary>What the whole document is called in messages.</summary>
    public string Whole { get; init; } = "the document";

    /// <summary>Largest accepted size in bytes.</summary>
    public int MaximumBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Largest accepted number of values, including nested ones. The size alone is no limit on memory, because a value
    /// of two bytes of text takes far more than that once parsed.
    /// </summary>
    public int MaximumValues { get; init; } = 1_000_000;

    /// <summary>Whether comments and trailing commas are allowed, because people write the document by hand.</summary>
    public bool Lenient { get; init; }

    /// <summary>Whether an error in the document is a user error, which ends the program with exit code 2.</summary>
    public bool IsUsersInput { get; init; }

    /// <summary>Creates the exception for an error in a document of this kind.</summary>
    public MbMixException Error(string message, Exception? cause = null) =>
        IsUsersInput ? new ConfigurationException(message, cause) : new MbMixException(message, cause);
}
