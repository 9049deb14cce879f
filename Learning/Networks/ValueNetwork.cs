namespace MbMix.Learning;

/// <summary>
/// A network for the value of an observation, or of an observation and an action side by side, and a target copy that
/// can follow it slowly.
/// </summary>
public sealed class ValueNetwork : ICheckpointed, IDisposable
{
    private readonly BoundMlp targetNetwork;
    private readonly ParameterSet target;

    /// <summary>Makes a network with initial weights, and a target with the same weights.</summary>
    /// <param name="network">A network with one output.</param>
    /// <param name="initialization">How to initialize the weights.</param>
    /// <param name="random">Source of the random numbers.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public ValueNetwork(Mlp network, Initialization initialization, CounterRandom random, IWorkers? workers = null)
    {
        if (network.Outputs != 1)
            throw new MbMixException($"A value network has 1 output, this one has {network.Outputs}.");
        Parameters = new ParameterSet(network.Parameters());
        target = new ParameterSet(network.Parameters());
        network.Initialize(Parameters, initialization, random);
        target.CopyFrom(Parameters);
        Network = new BoundMlp(network, Parameters, workers);
        targetNetwork = new BoundMlp(network, target, workers);
    }

    /// <summary>The trained parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The network bound to <see cref="Parameters"/>.</summary>
    internal BoundMlp Network { get; }

    /// <summary>Computes the value, trainable.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor Value(Tensor observation) => Network.Forward(observation, train: true).squeeze(1);

    /// <summary>Computes the value, differentiable in the input alone.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor FrozenValue(Tensor observation) => Network.Forward(observation, train: false).squeeze(1);

    /// <summary>
    /// Computes the value of the target network. It is differentiable in the observation; no gradient reaches a
    /// parameter.
    /// </summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor TargetValue(Tensor observation) => targetNetwork.Forward(observation, train: false).squeeze(1);

    /// <summary>Lets the target follow the network: <c>target = keep * target + (1 - keep) * network</c>.</summary>
    /// <param name="keep">Share of the target that is kept, 0 to 1.</param>
    public void UpdateTarget(double keep) => target.MoveToward(Parameters, keep);

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        Parameters.Save(writer.Section("network"));
        target.Save(writer.Section("target"));
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        Parameters.Load(reader.Section("network"));
        target.Load(reader.Section("target"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        targetNetwork.Dispose();
        Parameters.Dispose();
        target.Dispose();
    }
}
