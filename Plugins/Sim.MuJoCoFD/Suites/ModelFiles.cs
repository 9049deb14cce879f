using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The MJCF models that come with the plugin, embedded in its assembly.</summary>
internal static class ModelFiles
{
    /// <summary>Compiles a model.</summary>
    /// <param name="name">Name of its file in <c>Models/</c>, without extension.</param>
    public static MjModel Load(string name) => MjModel.FromXml(Text(name));

    /// <summary>The XML text of a model.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(ModelFiles).Assembly.GetManifestResourceStream($"models/{name}.xml")
            ?? throw new MbMixException($"The plugin has no model '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
