namespace MbMix.Comparison;

/// <summary>How the process of a run ended.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="LastWords">
/// The line of standard error that best explains why the process ended; empty if there is none.
/// </param>
public readonly record struct RunExit(int Code, string LastWords);
