using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;

namespace MbMix.Benchmarks;

/// <summary>Makes a plugin's environments through its registration, with options of our own.</summary>
internal static class PluginEnvs
{
    /// <summary>An environment of Sim.Native, compiled for a vector width.</summary>
    public static IPredictiveEnv Native(string id, VectorWidth width, EnvContext context) => (IPredictiveEnv)Create(
        new SimNativePlugin(),
        id,
        options =>
        {
            if (options is TracedEnvOptions traced) traced.Width = width;
        },
        context);

    public static IDifferentiableEnv Create(
        IMbMixPlugin plugin, string id, Action<object> configure, EnvContext context)
    {
        var registry = new Registry(id, configure, context);
        plugin.Register(registry);
        return registry.Made ?? throw new MbMixException(
            $"There is no environment '{id}'; there are {string.Join(", ", registry.Ids)}.");
    }

    private sealed class Registry(string wanted, Action<object> configure, EnvContext context)
        : IPluginRegistry
    {
        public List<string> Ids { get; } = [];

        public IDifferentiableEnv? Made { get; private set; }

        public void AddEnvironment<TOptions>(
            string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
            where TOptions : class, new()
        {
            Ids.Add(id);
            if (id != wanted) return;
            var options = new TOptions();
            configure(options);
            Made = create(options, context);
        }

        public void AddModel<TOptions>(
            string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
            where TOptions : class, new()
        {
        }

        public void AddAlgorithm<TOptions>(
            string id,
            string description,
            Func<TOptions, AlgorithmNeeds> needs,
            Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
            where TOptions : class, new()
        {
        }
    }
}
