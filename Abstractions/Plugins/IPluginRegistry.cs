namespace MbMix;

/// <summary>
/// Collects the registrations of plugins. Ids have the form <c>namespace/name-vN</c>. Options are a class with a
/// parameterless constructor; its public properties are the keys of presets and of <c>--set</c>, and its data
/// annotations are their limits.
/// </summary>
public interface IPluginRegistry
{
    /// <summary>Adds an environment.</summary>
    /// <param name="id">Id of the environment.</param>
    /// <param name="description">One line, shown by <c>list</c>.</param>
    /// <param name="create">Makes an instance; may be called several times, on any thread.</param>
    void AddEnvironment<TOptions>(string id, string description, Func<TOptions, EnvContext, IDifferentiableEnv> create)
        where TOptions : class, new();

    /// <summary>Adds an environment that needs something that the machine may lack, such as a native library.</summary>
    /// <param name="id">Id of the environment.</param>
    /// <param name="description">One line, shown by <c>list</c>.</param>
    /// <param name="create">
    /// Makes an instance; may be called several times, on any thread. Throws if the environment is unavailable.
    /// </param>
    /// <param name="unavailable">
    /// Returns one line that says what is missing and how to get it, or null if nothing is. Called only when the answer
    /// is needed.
    /// </param>
    void AddEnvironment<TOptions>(
        string id,
        string description,
        Func<TOptions, EnvContext, IDifferentiableEnv> create,
        Func<string?> unavailable)
        where TOptions : class, new() => AddEnvironment(id, description, create);

    /// <summary>Adds a dynamics model.</summary>
    /// <param name="id">Id of the model.</param>
    /// <param name="description">One line, shown by <c>list</c>.</param>
    /// <param name="create">Makes an instance for an environment.</param>
    void AddModel<TOptions>(string id, string description, Func<TOptions, ModelContext, IDynamicsModel> create)
        where TOptions : class, new();

    /// <summary>Adds an algorithm.</summary>
    /// <param name="id">Id of the algorithm.</param>
    /// <param name="description">One line, shown by <c>list</c>.</param>
    /// <param name="needs">
    /// What the algorithm requires with the given options, so that the host can refuse combinations that cannot work.
    /// </param>
    /// <param name="create">Makes an instance.</param>
    void AddAlgorithm<TOptions>(
        string id,
        string description,
        Func<TOptions, AlgorithmNeeds> needs,
        Func<TOptions, OptimizerContext, IPolicyOptimizer> create)
        where TOptions : class, new();
}
