namespace MbMix.Learning;

/// <summary>
/// A network for the value of an observation and an action, Q(s, a), and a target copy that follows it slowly.
/// </summary>
public sealed class ActionValueNetwork : ICheckpointed, IDisposable
{
    private readonly BoundMlp network, targetNetwork;
    private readonly ParameterSet target;

    /// <summary>Makes a network with initial weights, and a target with the same weights.</summary>
    /// <param name="observation">Number of observation components O.</param>
    /// <param name="action">Number of action components A.</param>
    /// <param name="hidden">Width of each hidden layer.</param>
    /// <param name="activation">Nonlinearity of the hidden layers.</param>
    /// <param name="random">Source of the initial weights.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public ActionValueNetwork(
        int observation, int action, IReadOnlyList<int> hidden, Activation activation, CounterRandom random,
        IWorkers? workers = null)
    {
        var mlp = new Mlp(observation + action, hidden, 1, activation, layerNorm: false);
        Parameters = new ParameterSet(mlp.Parameters());
        target = new ParameterSet(mlp.Parameters());
        mlp.Initialize(Parameters, Initialization.Uniform, random);
        target.CopyFrom(Parameters);
        network = new BoundMlp(mlp, Parameters, workers);
        targetNetwork = new BoundMlp(mlp, target, workers);
    }

    /// <summary>The trained parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Computes the value, trainable.</summary>
    /// <param name="pair">Normalized observation and action in [-1, 1], side by side <c>[B, O + A]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor Value(Tensor pair) => network.Forward(pair, train: true).squeeze(1);

    /// <summary>Computes the value, differentiable in its input alone.</summary>
    /// <param name="pair">Normalized observation and action in [-1, 1], side by side <c>[B, O + A]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor FrozenValue(Tensor pair) => network.Forward(pair, train: false).squeeze(1);

    /// <summary>Computes the value of the target network, differentiable in its input alone.</summary>
    /// <param name="pair">Normalized observation and action in [-1, 1], side by side <c>[B, O + A]</c>.</param>
    /// <returns>Value <c>[B]</c>.</returns>
    public Tensor TargetValue(Tensor pair) => targetNetwork.Forward(pair, train: false).squeeze(1);

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
        network.Dispose();
        targetNetwork.Dispose();
        Parameters.Dispose();
        target.Dispose();
    }
}
