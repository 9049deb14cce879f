using MbMix.Differentiation;
using MbMix.Learning;
using MbMix.Sim.Native;

namespace MbMix.Benchmarks;

/// <summary>Makes the environments of Sim.Native with execution options, as its registration does.</summary>
internal static class NativeEnvs
{
    public static IPredictiveEnv Create(string id, VectorWidth width, EnvContext context)
    {
        var registry = new Registry(id, width, context);
        new SimNativePlugin().Register(registry);
        return registry.Made ?? throw new MbMixException($"Sim.Native has no environment '{id}'; it has {string.Join(", ", registry.Ids)}.");
    }

    private sealed class Registry(string wanted, VectorWidth width, EnvContext context) : IPluginRegistry
    {
        public List<string> Ids { get; } = [];

        public IPredictiveEnv? Made { get; private set; }

        public void AddEnvironment<TOptions>(string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
            where TOptions : class, new()
        {
            Ids.Add(id);
            if (id != wanted) return;
            var options = new TOptions();
            if (options is TracedEnvOptions traced) traced.Width = width;
            Made = (IPredictiveEnv)create(options, context);
        }

        public void AddModel<TOptions>(string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
            where TOptions : class, new()
        {
        }

        public void AddAlgorithm<TOptions>(
            string id, string description, Func<TOptions, AlgorithmNeeds> needs, Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
            where TOptions : class, new()
        {
        }
    }
}
