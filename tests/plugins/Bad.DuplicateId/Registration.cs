using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Takes an id that another plugin has.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) =>
        registry.AddEnvironment<object>("samples/pendulum-swingup-v1", "Not the real one", (_, _) => throw new NotSupportedException());
}
