using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.PPO;

/// <summary>
/// A network with a shared trunk: its first A outputs are the action means, its last output is the normalized value.
/// The log standard deviations are separate parameters that do not depend on the observation.
/// </summary>
internal sealed class PpoNetwork : IExportablePolicy, ICheckpointed, IDisposable
{
    private readonly BoundMlp trunk;
    private readonly int actions;
    private readonly ObservationNormalizer? normalizer;
    private readonly ActionBounds bounds;

    public PpoNetwork(
        PpoOptions options, EnvSpec spec, ObservationNormalizer? normalizer, long seed, IWorkers? workers = null)
    {
        this.normalizer = normalizer;
        actions = spec.Action.Size;
        bounds = new ActionBounds(spec.Action);
        var network = new Mlp(spec.Observation.Size, options.Hidden, actions + 1, options.Activation, layerNorm: false);
        Parameters = new ParameterSet([.. network.Parameters(), new ParameterShape("log_std", actions)]);
        network.Initialize(Parameters, Initialization.Uniform, new CounterRandom(seed, "ppo/weights"));
        trunk = new BoundMlp(network, Parameters, workers);
        Parameters[network.ParameterCount].Fill((float)options.InitialLogStd);
    }

    public ParameterSet Parameters { get; }

    public Tensor LogStd => Parameters.Trainable[trunk.Network.ParameterCount];

    public Span<float> LogStdValues => Parameters[trunk.Network.ParameterCount];

    /// <summary>
    /// Computes means <c>[B, A]</c> and normalized values <c>[B]</c> of normalized observations <c>[B, O]</c>, with
    /// gradients to the parameters.
    /// </summary>
    public (Tensor Mean, Tensor Value) Forward(Tensor observation) => Split(trunk.Forward(observation, train: true));

    /// <summary>Computes the same without gradients to the parameters.</summary>
    public (Tensor Mean, Tensor Value) Evaluate(Tensor observation) => Split(trunk.Forward(observation, train: false));

    /// <summary>Maps unbounded samples <c>[B, A]</c> to the environment's actions by clipping and scaling.</summary>
    public Tensor ToEnvironment(Tensor sample) => bounds.Scale(GaussianPolicy.Squash(sample, ActionSquash.Clip));

    /// <summary>
    /// Adapts the value head to new normalization statistics such that its denormalized values do not change (van
    /// Hasselt et al. 2016, arXiv 1602.07714). Without this, every change of the statistics would change the values
    /// from which the next targets are computed.
    /// </summary>
    public void RescaleValue(double oldCenter, double oldScale, double center, double scale)
    {
        Span<float> weight = Parameters[trunk.Network.ParameterCount - 2],
            bias = Parameters[trunk.Network.ParameterCount - 1];
        int width = weight.Length / (actions + 1);
        foreach (ref float w in weight[(actions * width)..]) w = (float)(w * oldScale / scale);
        bias[actions] = (float)((bias[actions] * oldScale + oldCenter - center) / scale);
    }

    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var snapshot = normalizer?.Snapshot();
        var x = observation.to(torch.ScalarType.Float32);
        var action = Evaluate(snapshot is null ? x : snapshot.Normalize(x)).Mean;
        if (noise is not null) action += noise * Parameters.Frozen[^1].exp();
        return ToEnvironment(action).MoveToOuterDisposeScope();
    }

    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        Span<float> x = observation.Length <= 512
            ? stackalloc float[observation.Length]
            : new float[observation.Length];
        Span<float> outputs = actions < 512 ? stackalloc float[actions + 1] : new float[actions + 1];
        observation.CopyTo(x);
        normalizer?.Normalize(x);
        trunk.Network.Evaluate(x, outputs, Parameters);
        for (int i = 0; i < actions; i++) action[i] = Math.Clamp(outputs[i], -1f, 1f);
        bounds.Scale(action[..actions]);
    }

    // the value head is left out
    public PolicyArtifact Export(EnvSpec spec, string algorithm) =>
        PolicyExport.Artifact(
            spec, algorithm, normalizer, PolicyExport.Layers(trunk.Network, Parameters, actions), ActionSquash.Clip,
            LogStdValues);

    public void Save(ICheckpointWriter writer) => Parameters.Save(writer);

    public void Load(ICheckpointReader reader) => Parameters.Load(reader);

    public void Dispose()
    {
        trunk.Dispose();
        Parameters.Dispose();
        bounds.Dispose();
    }

    private (Tensor Mean, Tensor Value) Split(Tensor outputs) =>
        (outputs.narrow(1, 0, actions), outputs.select(1, actions));
}
