using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Completes the runs of a comparison, several in parallel. Finished runs are skipped, interrupted runs are resumed,
/// and the others are started. A run that fails does not stop the rest.
/// </summary>
public sealed class ComparisonRunner(ComparisonPlan plan, IRunLauncher launcher, int jobs)
{
    /// <summary>Runs everything that is not finished.</summary>
    /// <param name="updates">Receives every start and end of a run; called on several threads.</param>
    /// <param name="stop">Asks running processes to save and end; no further ones are started.</param>
    /// <param name="abort">Kills running processes.</param>
    /// <returns>The stage of every run, in the plan's order.</returns>
    public async Task<IReadOnlyList<RunStage>> RunAsync(
        IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
    {
        using var places = new SemaphoreSlim(Math.Max(1, jobs));
        return await Task.WhenAll(plan.Runs.Select(async run =>
        {
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                return await RunOneAsync(run, updates, stop, abort).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false);
    }

    private async Task<RunStage> RunOneAsync(
        PlannedRun run, IProgress<RunUpdate> updates, CancellationToken stop, CancellationToken abort)
    {
        var found = RunRecord.StageOf(run.Folder);
        if (found == RunStage.Finished || stop.IsCancellationRequested)
        {
            if (found == RunStage.Finished) updates.Report(new(run, found, Outcome(run) + ", was done before"));
            return found;
        }
        updates.Report(new(run, RunStage.Running, found == RunStage.Interrupted ? "resumed" : "started"));
        RunUpdate last;
        try
        {
            var folder = new ClosedFolder(plan.Folder);
            foreach (string path in new[] { run.Folder, run.LogFile }) folder.Require(path);
            RegularFile.RequireWritable(run.LogFile);
            if (found == RunStage.Waiting) DeleteUnusable(run.Folder);
            var arguments = found == RunStage.Interrupted ? plan.ResumeArguments(run) : plan.TrainArguments(run);
            var exit = await launcher.RunAsync(arguments, run.LogFile, stop, abort).ConfigureAwait(false);
            last = LastUpdate(run, exit, stop.IsCancellationRequested);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            last = new(run, RunStage.Failed, OneLine.Of(e));
        }
        updates.Report(last);
        return last.Stage;
    }

    // a run that was killed before its first checkpoint cannot be resumed, and its folder would block a new one
    private static void DeleteUnusable(string folder)
    {
        if (!Directory.Exists(folder)) return;
        string held = Path.Combine(folder, "run.lock");
        if (File.Exists(held))
        {
            // the run's process may have outlived the comparison that started it
            try
            {
                using var handle = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e)
            {
                throw new MbMixException($"{folder} is in use by another process: wait for it to end.", e);
            }
        }
        RunFolderContent.Delete(folder);
    }

    private static RunUpdate LastUpdate(PlannedRun run, RunExit exit, bool stopped)
    {
        var stage = RunRecord.StageOf(run.Folder);
        if (stage == RunStage.Finished) return new(run, stage, Outcome(run));
        if (stopped)
            return new(
                run, stage,
                stage == RunStage.Interrupted ? "saved, to be resumed" : "stopped before its first checkpoint");
        string reason = exit.LastWords.Length > 0 ? exit.LastWords : $"ended without a result, exit code {exit.Code}";
        return new(run, RunStage.Failed, $"{reason} (see {run.LogFile})");
    }

    private static string Outcome(PlannedRun run)
    {
        var record = RunRecord.Read(run);
        var (steps, seconds) = (record.EnvironmentSteps, record.TrainSeconds);
        return FormattableString.Invariant(
            $"evaluation return {record.EvaluationReturn:0.0}, {steps} steps, {seconds:0} s");
    }
}
