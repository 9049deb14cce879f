namespace MbMix.TestKit;

/// <summary>An algorithm to certify, and the task that it has to learn.</summary>
/// <param name="id">Id that the algorithm is registered under.</param>
/// <param name="create">Makes an instance; the certification disposes it.</param>
/// <param name="createEnvironment">
/// Makes the environment to learn on, which should be quick, such as <c>stub/linear-quadratic-v1</c>; the certification
/// disposes it.
/// </param>
/// <param name="createModel">
/// Makes a dynamics model; the certification disposes it. Null if the algorithm needs none.
/// </param>
public sealed class AlgorithmSubject(
    string id,
    Func<OptimizerContext, IPolicyOptimizer> create,
    Func<IDifferentiableEnv> createEnvironment,
    Func<ModelContext, IDynamicsModel>? createModel = null)
{
    /// <summary>Id that the algorithm is registered under.</summary>
    public string Id { get; } = id;

    internal Func<OptimizerContext, IPolicyOptimizer> Create { get; } = create;

    internal Func<IDifferentiableEnv> CreateEnvironment { get; } = createEnvironment;

    internal Func<ModelContext, IDynamicsModel>? CreateModel { get; } = createModel;
}
