namespace MbMix.Learning;

/// <summary>
/// A Gaussian policy over unbounded actions: a network for the mean and one free log standard deviation per action. Samples are
/// reparameterised, <c>mean + exp(logStd) * noise</c>, with the noise handed in.
/// </summary>
public sealed class GaussianActor : ICheckpointed, IDisposable
{
    private readonly Mlp mean;
    private readonly int logStd;

    /// <summary>Makes the actor with its start weights.</summary>
    /// <param name="mean">Network of the mean.</param>
    /// <param name="initialLogStd">Start value of every log standard deviation.</param>
    /// <param name="initialization">Start weights of the mean network.</param>
    /// <param name="random">Where start weights come from.</param>
    public GaussianActor(Mlp mean, double initialLogStd, Initialization initialization, CounterRandom random)
    {
        this.mean = mean;
        Parameters = new ParameterSet([.. mean.Parameters("mean."), new ParameterShape("log_std", mean.Outputs)]);
        logStd = mean.ParameterCount;
        mean.Initialize(Parameters, initialization, random);
        Parameters[logStd].Fill((float)initialLogStd);
    }

    /// <summary>Everything that is trained.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Number of actions.</summary>
    public int Actions => mean.Outputs;

    /// <summary>The log standard deviations <c>[A]</c>, trainable.</summary>
    public Tensor LogStd => Parameters.Trainable[logStd];

    /// <summary>The log standard deviations as values.</summary>
    public ReadOnlySpan<float> LogStdValues => Parameters[logStd];

    /// <summary>The mean action before squashing, trainable.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor Mean(Tensor observation) => mean.Forward(observation, Parameters.Trainable);

    /// <summary>The mean action before squashing, with frozen parameters.</summary>
    /// <param name="observation">Normalized observation <c>[B, O]</c>.</param>
    /// <returns>Mean <c>[B, A]</c>.</returns>
    public Tensor FrozenMean(Tensor observation) => mean.Forward(observation, Parameters.Frozen);

    /// <summary>
    /// Noise times standard deviation for a whole window at once, so that a step needs one addition: <c>Mean(o) + Scaled(noise)[t]</c>.
    /// </summary>
    /// <param name="noise">Standard normal numbers <c>[H, B, A]</c>.</param>
    /// <returns>One tensor <c>[B, A]</c> per step, trainable through the standard deviation.</returns>
    public Tensor[] ScaledNoise(Tensor noise) => (noise * LogStd.exp()).unbind(0);

    /// <summary>The mean action before squashing for one observation.</summary>
    /// <param name="observation">Normalized observation, O values.</param>
    /// <param name="action">Receives A values.</param>
    public void Mean(ReadOnlySpan<float> observation, Span<float> action) => mean.Evaluate(observation, action, Parameters);

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Parameters.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Parameters.Load(reader);

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();
}
