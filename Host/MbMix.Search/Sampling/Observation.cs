namespace MbMix.Search;

/// <summary>What a sampler knows of a trial.</summary>
/// <param name="Setting">Its setting.</param>
/// <param name="Rung">The highest rung with a value; -1 if there is none.</param>
/// <param name="Score">The value at that rung, where more is better; NaN if the trial is running or has failed.</param>
/// <param name="Running">Whether the trial is running and has no value yet.</param>
internal sealed record Observation(Setting Setting, int Rung, double Score, bool Running);
