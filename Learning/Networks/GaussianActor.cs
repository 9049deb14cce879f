namespace MbMix.Learning;

/// <summary>
/// A Gaussian policy over unbounded actions: a network for the mean, and one state-independent log standard deviation
/// per action component. Samples are reparameterized, <c>mean + exp(logStd) * noise</c>, with noise provided by the
/// caller.
/// </summary>
public sealed class GaussianActor : ICheckpointed, IDisposable
{
    private readonly BoundMlp mean;
    private readonly int logStd;

    /// <summary>Makes an actor with initial weights.</summary>
    /// <param name="mean">Network of the mean.</param>
    /// <param name="initialLogStd">Initial value of every log standard deviation.</param>
    /// <param name="initialization">How to initialize the mean network.</param>
    /// <param name="random">Source of the random numbers.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public GaussianActor(
        Mlp mean, double initialLogStd, Initialization initialization, CounterRandom random, IWorkers? workers = null)
    {
        Parameters = new ParameterSet([.. mean.Parameters("mean."), new ParameterShape("log_std", mean.Outputs)]);
        logStd = mean.ParameterCount;
        mean.Initialize(Parameters, initialization, random);
        this.mean = new BoundMlp(mean, Parameters, workers);
        Parameters[logStd].Fill((float)initialLogStd);
    }

    /// <summary>All trained parameters: those of the mean network and the log standard deviations.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number A of action components.</summary>
    public int Actions => mean.Network.Outputs;

    /// <summary>Number of observation components.</summary>
    internal int Inputs => mean.Network.Inputs;

    /// <summary>The log standard deviations <c>[A]</c>, trainable.</summary>
    public Tensor LogStd => Parameters.Trainable[logStd];

    /// <summary>The current values of the log standard deviations.</summary>
    public ReadOnlySpan<float> LogStdValues => Parameters[logStd];

    /// <summary>Mean standard deviation over all actions.</summary>
    public double MeanStd
    {
        get
        {
            double sum = 0;
            foreach (float s in LogStdValues) sum += Math.Exp(s);
            return sum / Actions;
        }
    }

    /// <summary>Computes the mean action before squashing, trainable.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor Mean(Tensor observation) => mean.Forward(observation, train: true);

    /// <summary>Computes the mean action before squashing, with frozen parameters.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor FrozenMean(Tensor observation) => mean.Forward(observation, train: false);

    /// <summary>Begins a window of H steps whose actions are trainable.</summary>
    /// <param name="noise">Standard normal numbers <c>[H, B, A]</c>.</param>
    /// <param name="normalizer">
    /// Statistics to normalize observations with; null if they are already normalized or are used as they are.
    /// </param>
    /// <param name="bounds">The environment's action bounds.</param>
    public PolicyWindow BeginWindow(Tensor noise, NormalizerSnapshot? normalizer, ActionBounds bounds) =>
        BeginWindow(noise, normalizer, bounds, double.PositiveInfinity);

    /// <summary>
    /// Begins a window in which the gradient of a lane's action is cut off at a multiple of the lanes' median.
    /// </summary>
    internal PolicyWindow BeginWindow(
        Tensor noise, NormalizerSnapshot? normalizer, ActionBounds bounds, double gradientCap) =>
        new(mean, logStd, noise, normalizer, bounds, gradientCap);

    /// <summary>Computes the mean action before squashing for one observation, without tensors.</summary>
    /// <param name="observation">Normalized observation, O values.</param>
    /// <param name="action">Receives A values.</param>
    public void Mean(ReadOnlySpan<float> observation, Span<float> action) =>
        mean.Network.Evaluate(observation, action, Parameters);

    /// <summary>The layers of the mean network, as they are now.</summary>
    internal IReadOnlyList<PolicyLayer> ExportLayers() => PolicyExport.Layers(mean.Network, Parameters, Actions);

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Parameters.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Parameters.Load(reader);

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        Parameters.Dispose();
    }
}
