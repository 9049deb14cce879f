using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration), "99.0")]

namespace BadPlugins;

/// <summary>Says it was built for contracts of the far future.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<object>("bad/future-v1", "Never seen", (_, _) => throw new NotSupportedException());
}
