using System.Reflection;

namespace MbMix.Hosting;

/// <summary>
/// Collects the components that one plugin registers. None of them reaches the catalog unless the whole registration
/// succeeds.
/// </summary>
internal sealed class PluginRegistration(string plugin) : IPluginRegistry
{
    /// <summary>The components registered so far.</summary>
    public List<ComponentInfo> Components { get; } = [];

    /// <inheritdoc/>
    public void AddEnvironment<TOptions>(
        string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(create);
        Add(new EnvironmentEntry(
            id, description, typeof(TOptions), plugin, (options, context) => create((TOptions)options, context)));
    }

    /// <inheritdoc/>
    public void AddEnvironment<TOptions>(
        string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create, Func<string?> unavailable)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(unavailable);
        Add(new EnvironmentEntry(
            id, description, typeof(TOptions), plugin, (options, context) => create((TOptions)options, context),
            unavailable));
    }

    /// <inheritdoc/>
    public void AddModel<TOptions>(string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(create);
        const BindingFlags anyCase = BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance;
        if (typeof(TOptions).GetProperty(ModelChoice.IdKey, anyCase) is not null)
        {
            throw new MbMixException(
                $"the options of model {id} have a property named Id, which stands for the model itself: rename it.");
        }
        Add(new ModelEntry(
            id, description, typeof(TOptions), plugin, (options, context) => create((TOptions)options, context)));
    }

    /// <inheritdoc/>
    public void AddAlgorithm<TOptions>(
        string id, string description, Func<TOptions, AlgorithmNeeds> needs,
        Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(needs);
        ArgumentNullException.ThrowIfNull(create);
        Add(new AlgorithmEntry(
            id, description, typeof(TOptions), plugin, options => needs((TOptions)options),
            (options, context) => create((TOptions)options, context)));
    }

    private void Add(ComponentInfo component)
    {
        if (!ComponentId.IsValid(component.Id))
        {
            throw new MbMixException(
                $"id '{component.Id}' is not of the form namespace/name-vN (lower-case letters, digits, '.', '_', "
                + "'-').");
        }
        Components.Add(component);
    }
}
