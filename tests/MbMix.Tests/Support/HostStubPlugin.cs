namespace MbMix.Tests.Support;

/// <summary>Registers whatever a test wants.</summary>
internal sealed class HostStubPlugin(Action<IPluginRegistry> register) : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => register(registry);
}
