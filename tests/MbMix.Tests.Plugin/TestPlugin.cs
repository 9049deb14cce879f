using Counting;
using MbMix;
using MbMix.Tests.Plugin;

[assembly: MbMixPlugin(typeof(TestPlugin))]

namespace MbMix.Tests.Plugin;

/// <summary>Two environments, a model and an algorithm.</summary>
public sealed class TestPlugin : IMbMixPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.AddEnvironment<PointOptions>("test/point-v1", "A point on a line that is pushed to the origin.", (options, _) => new PointEnv(options, "test/point-v1", differentiable: true));
        registry.AddEnvironment<PointOptions>("test/blind-point-v1", "The same point without gradients.", (options, _) => new PointEnv(options, "test/blind-point-v1", differentiable: false));
        registry.AddEnvironment<CounterOptions>(CounterEnv.Id, "Counts its steps.", (options, _) => new CounterEnv(options));
        registry.AddModel<StillOptions>("test/still-v1", "A world in which nothing moves.", (options, _) => new StillModel(options));
        registry.AddAlgorithm<AscentOptions>("test/ascent-v1", "Gradient ascent through a few steps.", AscentOptimizer.Needs, (options, context) => new AscentOptimizer(options, context));
    }
}
