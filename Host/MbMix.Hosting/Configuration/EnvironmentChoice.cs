namespace MbMix.Hosting;

/// <summary>An environment with the settings that a name or path for it stands for.</summary>
/// <param name="Environment">Environment, by id or name.</param>
/// <param name="Settings">Settings of the form <c>env.key=value</c>, to be applied before others.</param>
public sealed record EnvironmentChoice(string Environment, IReadOnlyList<string> Settings);
