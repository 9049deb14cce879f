using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Is fine until its environment is made.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) =>
        registry.AddEnvironment<object>("bad/unmakeable-v1", "Throws when it is made", (_, _) => throw new InvalidOperationException("no environment today"));
}
