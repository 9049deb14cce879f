using MbMix;

[assembly: MbMixPlugin(typeof(BadPlugins.Registration))]

namespace BadPlugins;

/// <summary>Is named by the attribute but does not implement the interface.</summary>
public sealed class Registration
{
}
