using Counting;
using MbMix;

[assembly: MbMixPlugin(typeof(Registration))]

namespace Counting;

public sealed class Registration : IMbMixPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddEnvironment<CounterOptions>(
        CounterEnv.Id, "Counts its steps.", (options, _) => new CounterEnv(options));
}
