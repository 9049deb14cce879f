namespace MbMix.Hosting;

/// <summary>Watches a run. Called on the thread that trains, between iterations.</summary>
public interface ITrainingObserver
{
    /// <summary>The run begins or goes on.</summary>
    void Started(TrainingRun run);

    /// <summary>An iteration is done.</summary>
    void Iterated(IterationRecord record);

    /// <summary>An evaluation is done.</summary>
    void Evaluated(EvaluationRecord record);

    /// <summary>Something a person should know, in one line.</summary>
    void Notice(string line);
}
