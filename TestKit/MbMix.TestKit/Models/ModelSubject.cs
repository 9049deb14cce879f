using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.TestKit;

/// <summary>A dynamics model to certify, and the system that it has to learn.</summary>
/// <param name="id">Id that the model is registered under.</param>
/// <param name="create">Makes an instance for an environment; the certification disposes it.</param>
/// <param name="createEnvironment">
/// Makes the environment to model, with gradients and a state of a few components, such as
/// <c>stub/linear-quadratic-v1</c>; the certification disposes it.
/// </param>
public sealed class ModelSubject(
    string id, Func<ModelContext, IDynamicsModel> create, Func<IDifferentiableEnv> createEnvironment) : IDisposable
{
    private readonly Lazy<IDifferentiableEnv> env = new(createEnvironment);

    /// <summary>Id that the model is registered under.</summary>
    public string Id { get; } = id;

    /// <summary>The environment to model.</summary>
    internal IDifferentiableEnv Env => env.Value;

    /// <summary>Makes an instance; the caller owns it.</summary>
    internal IDynamicsModel New(long seed = 1)
    {
        // layers of torch draw their initial weights from the global generator
        torch.random.manual_seed(seed);
        return create(new ModelContext { Env = Env, Seed = seed, Logger = NullLogger.Instance });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (env.IsValueCreated) env.Value.Dispose();
    }
}
