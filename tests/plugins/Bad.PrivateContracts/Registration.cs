using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Carries a copy of the contracts, so its types would not be the host's.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<object>("bad/private-v1", "Never seen", (_, _) => throw new NotSupportedException());
}
