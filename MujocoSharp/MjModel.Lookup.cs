namespace MujocoSharp;

/// <content>Files, and integers that have no property, by their names in C.</content>
public sealed unsafe partial class MjModel
{
    /// <summary>
    /// Full paths of the files that the model was read from: its own, those that it includes, and those of its meshes,
    /// textures and so on. Empty for a model from text.
    /// </summary>
    public IReadOnlyList<string> Files { get; internal set; } = [];

    /// <summary>
    /// Any array of integers in the model, such as <c>body_rootid</c>; empty where this version does not have it.
    /// </summary>
    public ReadOnlySpan<int> Integers(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field) && field.Type == "int*"
            ? View<int>(fields.Array(field))
            : [];
    }

    /// <summary>
    /// Any array of flags in the model, such as <c>actuator_actlimited</c>; empty where this version does not have it.
    /// </summary>
    public ReadOnlySpan<bool> Booleans(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field)
            && field.Type is "mjtByte*" or "mjtBool*" or "bool*"
            ? View<bool>(fields.Array(field))
            : [];
    }

    /// <summary>
    /// Any array of single precision numbers in the model, such as <c>geom_rgba</c> or <c>mesh_vert</c>; empty where
    /// this version does not have it.
    /// </summary>
    public ReadOnlySpan<float> Floats(string name)
    {
        Check();
        return layout.Fields.TryGetValue($"model.{name}", out var field) && field.Type == "float*"
            ? View<float>(fields.Array(field))
            : [];
    }

    /// <summary>Number of iterations of the solver that prevents slip after the main one; 0 for none.</summary>
    public int NoSlipIterations => Int("noslip_iterations");
}
