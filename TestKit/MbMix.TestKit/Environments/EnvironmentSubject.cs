namespace MbMix.TestKit;

/// <summary>An environment to certify, and how to make more of it.</summary>
public sealed class EnvironmentSubject : IDisposable
{
    private readonly Lazy<IDifferentiableEnv> shared;
    private readonly Lazy<IDifferentiableEnv>? precise;
    private readonly Func<IWorkers, IDifferentiableEnv>? create;

    /// <summary>An environment that can be made as often as needed.</summary>
    /// <param name="id">Id that it is registered under.</param>
    /// <param name="create">Makes an instance; the certification disposes it.</param>
    /// <param name="createDouble">
    /// Makes an instance that computes in float64, for tighter comparisons; null if there is none.
    /// </param>
    public EnvironmentSubject(
        string id,
        Func<IWorkers, IDifferentiableEnv> create,
        Func<IWorkers, IDifferentiableEnv>? createDouble = null)
    {
        (Id, this.create) = (id, create);
        shared = new(() => create(CallingThread.Instance));
        precise = createDouble is null ? null : new(() => createDouble(CallingThread.Instance));
    }

    /// <summary>An instance; checks that need several instances are skipped.</summary>
    /// <param name="env">The environment; the caller keeps ownership.</param>
    public EnvironmentSubject(IDifferentiableEnv env)
    {
        ArgumentNullException.ThrowIfNull(env);
        (Id, shared) = (env.Spec?.Id ?? env.GetType().Name, new(() => env));
    }

    /// <summary>Id that the environment is registered under.</summary>
    public string Id { get; }

    /// <summary>The instance that most checks use.</summary>
    internal IDifferentiableEnv Env => shared.Value;

    /// <summary>The instance for comparisons of derivatives, in float64 if there is one.</summary>
    internal IDifferentiableEnv Precise => precise is null ? Env : precise.Value;

    /// <summary>Whether <see cref="New"/> works.</summary>
    internal bool CanCreate => create is not null;

    /// <summary>Makes another instance; the caller owns it.</summary>
    internal IDifferentiableEnv New(IWorkers workers) => create!(workers);

    /// <summary>
    /// Makes another instance that is disposed with the result; the shared one, which is kept, if there is no other.
    /// </summary>
    internal Instance Another(IWorkers? workers = null) =>
        CanCreate ? new Instance(create!(workers ?? CallingThread.Instance), owned: true) : new Instance(Env, false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!CanCreate) return;
        if (shared.IsValueCreated) new Instance(shared.Value, owned: true).Dispose();
        if (precise is { IsValueCreated: true }) new Instance(precise.Value, owned: true).Dispose();
    }

    /// <summary>
    /// An instance for a check. What its <c>Dispose</c> throws is for the check of that to find: any other would be
    /// blamed for it.
    /// </summary>
    internal sealed class Instance(IDifferentiableEnv env, bool owned) : IDisposable
    {
        public IDifferentiableEnv Env { get; } = env;

        public void Dispose()
        {
            try
            {
                if (owned) Env?.Dispose();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // nobody waits for it here
            }
        }
    }
}
