namespace MbMix.Tests.Support;

/// <summary>An algorithm with single members replaced.</summary>
internal sealed class AlteredOptimizer(IPolicyOptimizer inner) : IPolicyOptimizer
{
    public Func<CancellationToken, IterationReport>? OnIterate { get; init; }

    public IPolicy Policy { get; init; } = inner.Policy;

    public IterationReport Iterate(CancellationToken cancellationToken) =>
        (OnIterate ?? inner.Iterate)(cancellationToken);

    public void Save(ICheckpointWriter writer) => inner.Save(writer);

    public void Load(ICheckpointReader reader) => inner.Load(reader);

    public void Dispose() => inner.Dispose();
}
