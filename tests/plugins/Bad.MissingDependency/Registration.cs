using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Uses an assembly that is not delivered with it.</summary>
public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<object>("bad/missing-v1", Missing.Helper.Describe(), (_, _) => throw new NotSupportedException());
}
