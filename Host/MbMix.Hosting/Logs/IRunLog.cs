namespace MbMix.Hosting;

/// <summary>Writes iterations and evaluations of a run to one file.</summary>
internal interface IRunLog
{
    /// <summary>The file that the log is written to.</summary>
    LogFile File { get; }

    /// <summary>Writes an iteration.</summary>
    void Write(IterationRecord record);

    /// <summary>Writes an evaluation.</summary>
    void Write(EvaluationRecord record);
}
