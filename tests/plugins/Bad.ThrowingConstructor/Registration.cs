using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Cannot even be made.</summary>
public sealed class Registration : IMbMixPlugin
{
    public Registration() => throw new InvalidOperationException("the constructor gives up");

    public void Register(IPluginRegistry registry)
    {
    }
}
