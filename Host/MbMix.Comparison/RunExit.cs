namespace MbMix.Comparison;

/// <summary>How the process of a run ended.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="LastWords">What it wrote to standard error about its end; empty where there is nothing.</param>
public readonly record struct RunExit(int Code, string LastWords);
