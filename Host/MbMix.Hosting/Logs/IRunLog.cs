namespace MbMix.Hosting;

/// <summary>Writes iterations and evaluations of a run to one file.</summary>
internal interface IRunLog
{
    /// <summary>The file.</summary>
    LogFile File { get; }

    /// <summary>Takes an iteration.</summary>
    void Write(IterationRecord record);

    /// <summary>Takes an evaluation.</summary>
    void Write(EvaluationRecord record);
}
