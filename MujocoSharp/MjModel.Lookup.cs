namespace MujocoSharp;

/// <content>Files, and what has no property, by its name in C. What a version of the library does not have is empty.</content>
public sealed unsafe partial class MjModel
{
    /// <summary>
    /// Full paths of the files that the model was read from: its own, those that it includes, and those of its meshes,
    /// textures and so on. Empty for a model from text.
    /// </summary>
    public IReadOnlyList<string> Files { get; internal set; } = [];

    /// <summary>A size of the model, such as <c>nuserdata</c>; 0 where this version does not have it.</summary>
    public int Size(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field) && field.Type is "int" or "long" or "mjtSize"
            ? fields.Int(name)
            : 0;
    }

    /// <summary>
    /// Any array of integers in the model, such as <c>eq_type</c>; empty where this version does not have it.
    /// </summary>
    public ReadOnlySpan<int> Integers(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field) && field.Type == "int*"
            ? View<int>(fields.Array(field))
            : [];
    }

    /// <summary>
    /// Any array of flags in the model, such as <c>tendon_limited</c>; empty where this version does not have it.
    /// </summary>
    public ReadOnlySpan<bool> Flags(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field) && field.Type is "mjtByte*" or "mjtBool*"
            ? View<bool>(fields.Array(field))
            : [];
    }

    /// <summary>
    /// An integer among the simulation options, such as <c>noslip_iterations</c>; 0 where this version does not have
    /// it.
    /// </summary>
    public int Option(string name) => layout.Fields.ContainsKey($"option.{name}") ? Int(name) : 0;

    /// <summary>A number among the simulation options, such as <c>impratio</c>; 0 where this version has none.</summary>
    public double OptionNumber(string name) =>
        layout.Fields.TryGetValue($"option.{name}", out var field) && field.Type == "mjtNum" ? Double(name) : 0;

    /// <summary>
    /// Name of a value of one of the library's enumerations, in lower case and without its prefix; null where this
    /// version has no such value.
    /// </summary>
    /// <param name="prefix">The prefix of the names in C, such as <c>mjEQ_</c>.</param>
    /// <param name="value">The value.</param>
    public string? KindName(string prefix, int value)
    {
        string start = "constant." + prefix;
        foreach (var (name, field) in layout.Fields)
        {
            if (field.Offset == value && name.StartsWith(start, StringComparison.Ordinal))
                return name[start.Length..].ToLowerInvariant();
        }
        return null;
    }

    /// <summary>Whether an option flag is set, such as <c>mjENBL_SLEEP</c>; false where this version has none.</summary>
    public bool IsEnabled(string flag) =>
        layout.Fields.ContainsKey("constant." + flag) && (Int("enableflags") & layout.Constant(flag)) != 0;
}
