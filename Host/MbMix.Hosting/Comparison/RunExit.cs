namespace MbMix.Hosting.Comparison;

/// <summary>How the process of a run ended.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="LastWords">The last line it wrote to standard error; empty where there is none.</param>
public readonly record struct RunExit(int Code, string LastWords);
