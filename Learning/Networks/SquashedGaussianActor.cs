namespace MbMix.Learning;

/// <summary>
/// A stochastic policy whose deviation depends on the observation, as in soft actor-critic: a network gives mean and
/// deviation of a Gaussian, whose samples are squashed to (-1, 1) by tanh. Samples are reparameterized, with noise
/// provided by the caller.
/// </summary>
public sealed class SquashedGaussianActor : IExportablePolicy, ICheckpointed, IDisposable
{
    private readonly BoundMlp network;
    private readonly ObservationNormalizer? normalizer;
    private readonly ActionBounds bounds;
    private readonly int actions;

    /// <summary>Makes an actor with initial weights.</summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="hidden">Width of each hidden layer.</param>
    /// <param name="activation">Nonlinearity of the hidden layers.</param>
    /// <param name="normalizer">Statistics of the observation; null if observations are used as they are.</param>
    /// <param name="random">Source of the initial weights.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public SquashedGaussianActor(
        EnvSpec spec, IReadOnlyList<int> hidden, Activation activation, ObservationNormalizer? normalizer,
        CounterRandom random, IWorkers? workers = null)
    {
        this.normalizer = normalizer;
        actions = spec.Action.Size;
        bounds = new ActionBounds(spec.Action);
        var mlp = new Mlp(spec.Observation.Size, hidden, 2 * actions, activation, layerNorm: false);
        Parameters = new ParameterSet(mlp.Parameters());
        mlp.Initialize(Parameters, Initialization.Uniform, random);
        network = new BoundMlp(mlp, Parameters, workers);
    }

    /// <summary>The trained parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>
    /// Draws actions, differentiable in observation and parameters; K of them per observation if there is K times as
    /// much noise, all observations once, then all again.
    /// </summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <param name="noise">Standard normal numbers <c>[B, A]</c> or <c>[K B, A]</c>.</param>
    /// <returns>Actions in (-1, 1) and their log probabilities, as many as there are rows of noise.</returns>
    public (Tensor Action, Tensor LogProbability) Sample(Tensor observation, Tensor noise) =>
        Sample(observation, noise, train: true);

    /// <summary>Draws actions without gradients to the parameters.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <param name="noise">Standard normal numbers <c>[B, A]</c>.</param>
    /// <returns>Actions in (-1, 1) <c>[B, A]</c> and their log probabilities <c>[B]</c>.</returns>
    public (Tensor Action, Tensor LogProbability) FrozenSample(Tensor observation, Tensor noise) =>
        Sample(observation, noise, train: false);

    /// <summary>Scales actions in (-1, 1) to the environment's bounds.</summary>
    public Tensor ToEnvironment(Tensor action) => bounds.Scale(action);

    /// <inheritdoc/>
    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var snapshot = normalizer?.Snapshot();
        var x = observation.to(torch.ScalarType.Float32);
        if (snapshot is not null) x = snapshot.Normalize(x);
        var action = noise is null
            ? network.Forward(x, train: false).narrow(1, 0, actions).tanh()
            : FrozenSample(x, noise.to(torch.ScalarType.Float32)).Action;
        return bounds.Scale(action).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        int size = observation.Length;
        Span<float> x = size <= 512 ? stackalloc float[size] : new float[size];
        Span<float> outputs = actions <= 256 ? stackalloc float[2 * actions] : new float[2 * actions];
        observation.CopyTo(x);
        normalizer?.Normalize(x);
        network.Network.Evaluate(x, outputs, Parameters);
        for (int i = 0; i < actions; i++) action[i] = MathF.Tanh(outputs[i]);
        bounds.Scale(action[..actions]);
    }

    /// <summary>
    /// The deterministic policy, the mean; an artifact cannot hold a deviation that depends on the observation.
    /// </summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="algorithm">Id of the algorithm.</param>
    public PolicyArtifact Export(EnvSpec spec, string algorithm) =>
        PolicyExport.Artifact(
            spec, algorithm, normalizer, PolicyExport.Layers(network.Network, Parameters, actions), ActionSquash.Tanh,
            []) with
        { LogStd = null };

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Parameters.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Parameters.Load(reader);

    /// <inheritdoc/>
    public void Dispose()
    {
        network.Dispose();
        Parameters.Dispose();
        bounds.Dispose();
    }

    private (Tensor Action, Tensor LogProbability) Sample(Tensor observation, Tensor noise, bool train)
    {
        var outputs = network.Forward(observation, train);
        if (noise.size(0) > outputs.size(0)) outputs = outputs.repeat(noise.size(0) / outputs.size(0), 1);
        var sample = new SquashedGaussian().Apply(outputs, noise);
        return (sample[0], sample[1]);
    }
}
