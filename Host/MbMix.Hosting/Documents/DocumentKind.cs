namespace MbMix.Hosting;

/// <summary>
/// A kind of JSON document: how large it may be, how strict its grammar is and what an error in it is.
/// </summary>
internal sealed record DocumentKind
{
    /// <summary><c>config.json</c> of a run.</summary>
    public static DocumentKind Configuration { get; } = new() { IsUsersInput = true };

    /// <summary>The value of a setting on the command line.</summary>
    public static DocumentKind Setting { get; } = new() { IsUsersInput = true };

    /// <summary>A preset of a plugin.</summary>
    public static DocumentKind Preset { get; } = new() { Lenient = true };

    /// <summary>An experiment.</summary>
    public static DocumentKind Experiment { get; } = new() { IsUsersInput = true, Lenient = true };

    /// <summary><c>comparison.json</c>.</summary>
    public static DocumentKind Comparison { get; } = new() { IsUsersInput = true };

    /// <summary>What a program wrote about a run: manifest, result.</summary>
    public static DocumentKind Record { get; } = new();

    /// <summary>The header of a checkpoint and the documents in it.</summary>
    public static DocumentKind Checkpoint { get; } = new();

    /// <summary>States or actions of a rollout.</summary>
    public static DocumentKind Rollout { get; } = new() { MaximumBytes = 64 << 20, MaximumValues = 4_000_000 };

    /// <summary>Bytes at most.</summary>
    public int MaximumBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Values at most, those inside others included: in memory a value takes far more than the two bytes of its text.
    /// </summary>
    public int MaximumValues { get; init; } = 1_000_000;

    /// <summary>Whether comments and a comma behind the last value are allowed, because people write it.</summary>
    public bool Lenient { get; init; }

    /// <summary>Whether an error in it is one of the user, with exit code 2.</summary>
    public bool IsUsersInput { get; init; }

    /// <summary>The error of this kind.</summary>
    public MbMixException Error(string message, Exception? cause = null) =>
        IsUsersInput ? new ConfigurationException(message, cause) : new MbMixException(message, cause);
}
