namespace MbMix.Learning;

/// <summary>
/// A Gaussian policy over unbounded actions: a network for the mean and one free log standard deviation per action. Samples are
/// reparameterised, <c>mean + exp(logStd) * noise</c>, with the noise handed in.
/// </summary>
public sealed class GaussianActor : ICheckpointed, IDisposable
{
    private readonly BoundMlp mean;
    private readonly int logStd;

    /// <summary>Makes the actor with its start weights.</summary>
    /// <param name="mean">Network of the mean.</param>
    /// <param name="initialLogStd">Start value of every log standard deviation.</param>
    /// <param name="initialization">Start weights of the mean network.</param>
    /// <param name="random">Where start weights come from.</param>
    /// <param name="workers">Threads to share batches with; null for the caller alone.</param>
    public GaussianActor(Mlp mean, double initialLogStd, Initialization initialization, CounterRandom random, IWorkers? workers = null)
    {
        Parameters = new ParameterSet([.. mean.Parameters("mean."), new ParameterShape("log_std", mean.Outputs)]);
        logStd = mean.ParameterCount;
        mean.Initialize(Parameters, initialization, random);
        this.mean = new BoundMlp(mean, Parameters, workers);
        Parameters[logStd].Fill((float)initialLogStd);
    }

    /// <summary>Everything that is trained.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number of actions.</summary>
    public int Actions => mean.Network.Outputs;

    /// <summary>The log standard deviations <c>[A]</c>, trainable.</summary>
    public Tensor LogStd => Parameters.Trainable[logStd];

    /// <summary>The log standard deviations as values.</summary>
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

    /// <summary>The mean action before squashing, trainable.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor Mean(Tensor observation) => mean.Forward(observation, train: true);

    /// <summary>The mean action before squashing, with frozen parameters.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor FrozenMean(Tensor observation) => mean.Forward(observation, train: false);

    /// <summary>Begins a window of steps, whose actions are trainable.</summary>
    /// <param name="noise">Standard normal numbers <c>[H, B, A]</c>.</param>
    /// <param name="normalizer">Statistics to normalize observations with; null where they come normalized, or are used as they are.</param>
    /// <param name="bounds">The environment's action bounds.</param>
    public PolicyWindow BeginWindow(Tensor noise, NormalizerSnapshot? normalizer, ActionBounds bounds) => new(mean, logStd, noise, normalizer, bounds);

    /// <summary>The mean action before squashing for one observation.</summary>
    /// <param name="observation">Normalized observation, O values.</param>
    /// <param name="action">Receives A values.</param>
    public void Mean(ReadOnlySpan<float> observation, Span<float> action) => mean.Network.Evaluate(observation, action, Parameters);

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
