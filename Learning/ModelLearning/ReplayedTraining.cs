namespace MbMix.Learning;

/// <summary>Trains a probabilistic model on a replay buffer, with an effort that can be bounded.</summary>
public static class ReplayedTraining
{
    /// <summary>
    /// Trains until the held-out error stops falling, or until the model has seen <paramref name="maxRows"/> rows. With
    /// fewer transitions than that it sees them several times; with more, only the latest of them, once.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="replay">Transitions with states.</param>
    /// <param name="toEnvironment">Scales actions in [-1, 1] <c>[M, A]</c> to the environment's.</param>
    /// <param name="maxEpochs">Largest number of passes over the transitions.</param>
    /// <param name="maxRows">Largest number of rows, counting each pass; 0 for no limit.</param>
    /// <param name="cancellationToken">Stops the training between two gradient steps.</param>
    public static ModelTrainingReport Train(
        this IProbabilisticModel model, TransitionReplay replay, Func<Tensor, Tensor> toEnvironment, int maxEpochs,
        int maxRows, CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        int count = maxRows == 0 ? replay.Count : Math.Min(maxRows, replay.Count);
        if (maxRows > 0) maxEpochs = Math.Min(maxEpochs, maxRows / count);
        var latest = replay.Latest(count);
        var data = new TransitionBatch(latest.State!, toEnvironment(latest.Action), latest.NextState!);
        return model.Train(data, replay.Added - count, maxEpochs, cancellationToken);
    }
}
