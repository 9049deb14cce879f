namespace MbMix.Comparison;

/// <summary>The state of a run: its stage, its result if it has finished, and the reason if it has failed.</summary>
internal sealed record RunState(PlannedRun Run, RunStage Stage, RunRecord? Record = null, string Reason = "")
{
    /// <summary>Reads the state of a run from its folder; a result that cannot be used makes it a failed run.</summary>
    public static RunState Of(PlannedRun run)
    {
        try
        {
            if (HasResult(run.Folder)) return new(run, RunStage.Finished, RunRecord.Read(run));
            return new(run, HasCheckpoint(run.Folder) ? RunStage.Interrupted : RunStage.Waiting);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            return new(run, RunStage.Failed, Reason: OneLine.Of(e));
        }
    }

    /// <summary>Returns the state of a run whose last update is known.</summary>
    public static RunState Of(RunUpdate end) => end.Stage switch
    {
        RunStage.Finished => Of(end.Run),
        RunStage.Failed => new(end.Run, end.Stage, Reason: end.Detail),
        _ => new(end.Run, end.Stage),
    };

    /// <summary>Whether there is a result in a run folder, valid or not.</summary>
    public static bool HasResult(string folder) =>
        FileProbe.KindOf(Path.Combine(folder, "result.json")) != FileKind.Absent;

    /// <summary>Whether there is a checkpoint in a run folder.</summary>
    public static bool HasCheckpoint(string folder)
    {
        string checkpoints = Path.Combine(folder, "checkpoints");
        // the folder may also hold replay data and incomplete files
        return Directory.Exists(checkpoints)
            && Directory.EnumerateFiles(checkpoints, "checkpoint-*.safetensors").Any();
    }
}
