namespace MbMix;

/// <summary>
/// Takes registrations. Ids are <c>namespace/name-vN</c>; options are a class with a parameterless constructor, whose public
/// properties are the keys of presets and <c>--set</c>, with data annotations as their limits.
/// </summary>
public interface IPluginRegistry
{
    /// <summary>Adds an environment.</summary>
    /// <param name="id">Id.</param>
    /// <param name="description">One line for <c>list</c>.</param>
    /// <param name="create">Makes an instance; may be called on any thread, several times.</param>
    void AddEnvironment<TOptions>(string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
        where TOptions : class, new();

    /// <summary>Adds an environment that needs something the machine may lack, such as a native library.</summary>
    /// <param name="id">Id.</param>
    /// <param name="description">One line for <c>list</c>.</param>
    /// <param name="create">Makes an instance; may be called on any thread, several times. Throws where the environment is unavailable.</param>
    /// <param name="unavailable">One line what is missing and how to get it, or null; asked only when somebody wants to know.</param>
    void AddEnvironment<TOptions>(string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create, Func<string?> unavailable)
        where TOptions : class, new() => AddEnvironment(id, description, create);

    /// <summary>Adds a dynamics model.</summary>
    /// <param name="id">Id.</param>
    /// <param name="description">One line for <c>list</c>.</param>
    /// <param name="create">Makes an instance for an environment.</param>
    void AddModel<TOptions>(string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
        where TOptions : class, new();

    /// <summary>Adds an algorithm.</summary>
    /// <param name="id">Id.</param>
    /// <param name="description">One line for <c>list</c>.</param>
    /// <param name="needs">What the algorithm needs with the given options, so that the host can refuse what cannot work.</param>
    /// <param name="create">Makes an instance.</param>
    void AddAlgorithm<TOptions>(string id, string description, Func<TOptions, AlgorithmNeeds> needs, Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
        where TOptions : class, new();
}
