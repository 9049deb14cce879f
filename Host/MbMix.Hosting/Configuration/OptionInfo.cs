namespace MbMix.Hosting;

/// <summary>One option of a component, for a person.</summary>
/// <param name="Key">Key as settings and presets write it; options of a group are separated by dots.</param>
/// <param name="Type">What its value is, in words.</param>
/// <param name="Limits">Limits of its value in words; empty where there are none.</param>
/// <param name="Default">Its default as a setting would write it.</param>
/// <param name="Meaning">What it does, from the plugin's documentation; empty where the plugin comes without.</param>
public sealed record OptionInfo(string Key, string Type, string Limits, string Default, string Meaning);
