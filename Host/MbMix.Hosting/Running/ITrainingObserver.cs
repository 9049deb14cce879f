namespace MbMix.Hosting;

/// <summary>Observes a training run. All methods are called on the training thread, between iterations.</summary>
public interface ITrainingObserver
{
    /// <summary>Called when the run starts or resumes.</summary>
    void Started(TrainingRun run);

    /// <summary>Called after each iteration.</summary>
    void Iterated(IterationRecord record);

    /// <summary>Called after each evaluation.</summary>
    void Evaluated(EvaluationRecord record);

    /// <summary>Called with a message for the user, in one line.</summary>
    void Notice(string line);
}
