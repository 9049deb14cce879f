using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The models that come with the plugin.</summary>
internal static class ModelFiles
{
    public static MjModel Load(string name) => MjModel.FromXml(Text(name));

    public static string Text(string name)
    {
        using var stream = typeof(ModelFiles).Assembly.GetManifestResourceStream($"models/{name}.xml")
            ?? throw new MbMixException($"The plugin has no model '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
