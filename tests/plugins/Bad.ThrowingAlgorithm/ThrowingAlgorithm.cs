using MbMix;
using TorchSharp;

namespace BadPlugins;

/// <summary>Learns nothing, twice, and throws.</summary>
internal sealed class ThrowingAlgorithm(EnvSpec spec) : IPolicyOptimizer, IPolicy
{
    private long iteration;

    public IPolicy Policy => this;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        if (++iteration == 3) throw new InvalidOperationException("the third time is one too many");
        return new IterationReport
        {
            EnvironmentSteps = iteration,
            Episodes = new EpisodeStatistics(0, double.NaN, double.NaN, 0),
            Costs = default,
            Metrics = [],
            Seconds = default,
        };
    }

    public torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null) => torch.zeros(observation.shape[0], spec.Action.Size, observation.dtype);

    public void Act(ReadOnlySpan<float> observation, Span<float> action) => action.Clear();

    public void Save(ICheckpointWriter writer) => writer.Write<long>("iteration", [iteration]);

    public void Load(ICheckpointReader reader) => iteration = reader.Read<long>("iteration")[0];

    public void Dispose()
    {
    }
}
