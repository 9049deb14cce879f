namespace MbMix.Hosting;

/// <summary>Human-readable description of one option of a component.</summary>
/// <param name="Key">Key as written in settings and presets; a dot separates an option from the group it is in.</param>
/// <param name="Type">Type of the value, in words.</param>
/// <param name="Limits">Limits of the value, in words; empty if there are none.</param>
/// <param name="Default">Default value, as written in a setting.</param>
/// <param name="Meaning">What the option does, from the plugin's XML documentation; empty if there is none.</param>
public sealed record OptionInfo(string Key, string Type, string Limits, string Default, string Meaning);
