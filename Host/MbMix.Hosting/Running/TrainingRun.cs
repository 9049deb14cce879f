using System.Diagnostics;
using System.Text.Json.Nodes;
using MbMix.Learning;
using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>
/// A training session with a run folder. It iterates, logs, evaluates and saves checkpoints until the budget is used
/// up. The process may be killed at any moment: when the run is resumed, it continues from its last checkpoint, with
/// the logs truncated to match, and writes the same numbers as a run that was never interrupted.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private const long FaultsToWarn = 10;

    private readonly ITrainingObserver observer;
    private readonly FileStream folderLock;
    private readonly RunLoggers loggers;
    private readonly ILogger log;
    private readonly CheckpointStore checkpoints;
    private readonly RunLogs logs;
    private readonly bool fresh;
    private long savedIteration;
    private bool evaluationDue;
    private bool warnedOfFaults;
    private bool discard;
    private bool readBack;

    private TrainingRun(
        TrainingSessions sessions, ResolvedConfiguration configuration, RunFolder folder, FileStream folderLock,
        ITrainingObserver observer, IReadOnlyList<string> commandLine, bool fresh, bool acceptChanges)
    {
        Folder = folder;
        this.fresh = fresh;
        this.observer = observer;
        this.folderLock = folderLock;
        loggers = new RunLoggers(folder.LogPath, observer.Notice);
        log = loggers.CreateLogger("mbmix");
        checkpoints = new CheckpointStore(folder.CheckpointsPath);
        try
        {
            Session = sessions.Create(configuration, loggers);
            var checkpoint = checkpoints.LoadNewest(line => log.LogWarning("{Line}", line));
            // everything that can be rejected is checked before the first file is changed, and what has changed before
            // a checkpoint that does not fit any more
            var starts = Manifest.ReadStarts(folder);
            var surroundings = Manifest.Surroundings(
                sessions.Catalog, Session.Env.Spec, configuration.Environment, configuration.Algorithm,
                configuration.Model);
            if (checkpoint is not null && starts.Count > 0 && !acceptChanges) RequireSame(starts[^1]!, surroundings);
            if (checkpoint is not null)
            {
                Session.Load(checkpoint.Reader, checkpoint.State);
                savedIteration = checkpoint.State.Iteration;
                evaluationDue = checkpoint.State.EvaluationDue;
            }
            logs = new RunLogs(folder.FullPath, checkpoint?.State.Logs ?? new Dictionary<string, long>());
            Manifest.Append(folder, starts, surroundings, configuration, commandLine, Session.Iteration);
        }
        catch (Exception e)
        {
            log.LogError(e, "The run could not start.");
            logs?.Dispose();
            Session?.Dispose();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The training session; this object owns it.</summary>
    public TrainingSession Session { get; }

    /// <summary>
    /// Why the training was worthless although it ran to its end, in one line: every episode of the training or of the
    /// last evaluation ended with a fault. Null if it was not.
    /// </summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// Number of environment steps after which this process stops, at the end of an iteration and with a checkpoint;
    /// null for the whole budget. The run is then as any run that was stopped, and can be resumed.
    /// </summary>
    public long? StopAfter { get; set; }

    /// <summary>Time that this process spent on checkpoints, including flushing the logs to disk, in seconds.</summary>
    public double CheckpointSeconds { get; private set; }

    /// <summary>
    /// Starts a run in a new folder. If the start is refused, or fails before the end of the first iteration, nothing
    /// is left in the folder.
    /// </summary>
    /// <param name="sessions">Creates the training session.</param>
    /// <param name="configuration">Configuration of the run.</param>
    /// <param name="folder">An empty folder, used by this run only.</param>
    /// <param name="observer">Observes the run.</param>
    /// <param name="commandLine">Command line to record in the manifest.</param>
    public static TrainingRun Start(
        TrainingSessions sessions, ResolvedConfiguration configuration, RunFolder folder, ITrainingObserver observer,
        IReadOnlyList<string> commandLine)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(folder);
        var folderLock = Lock(folder);
        try
        {
            RunFolder.WriteJson(folder.ConfigPath, configuration.ToJson());
            return new TrainingRun(
                sessions, configuration, folder, folderLock, observer, commandLine, fresh: true, acceptChanges: true);
        }
        catch
        {
            folderLock.Dispose();
            folder.Discard();
            throw;
        }
    }

    /// <summary>
    /// Resumes a run from its last checkpoint, or from the beginning if it has no checkpoint yet.
    /// </summary>
    /// <param name="sessions">Creates the training session.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="observer">Observes the run.</param>
    /// <param name="commandLine">Command line to record in the manifest.</param>
    /// <param name="threads">
    /// Number of worker threads; null for the number so far. Results do not depend on it.
    /// </param>
    /// <param name="acceptChanges">
    /// Whether the run goes on although plugins, host, libraries or vector width differ from those of its last start.
    /// </param>
    /// <exception cref="ConfigurationException">The run would go on with other code.</exception>
    /// <exception cref="MbMixException">The run has finished or is in use.</exception>
    public static TrainingRun Resume(
        TrainingSessions sessions, RunFolder folder, ITrainingObserver observer, IReadOnlyList<string> commandLine,
        int? threads = null, bool acceptChanges = false)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(folder);
        folder.RequireOwnFiles();
        if (RunResult.Read(folder) is not null)
            throw new MbMixException($"The run in {OneLine.Path(folder.FullPath)} has finished: see its result.json.");
        var folderLock = Lock(folder);
        try
        {
            var configuration = sessions.Resolve(folder.ReadConfig(), [], threads: threads);
            return new TrainingRun(
                sessions, configuration, folder, folderLock, observer, commandLine, fresh: false, acceptChanges);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Trains until the budget is used up, until <see cref="StopAfter"/>, or until the end of the current iteration
    /// once <paramref name="stop"/> is canceled. An evaluation in progress is given up and made again when the run is
    /// resumed.
    /// </summary>
    /// <returns>The final evaluation; null if the run was stopped. It is then saved and can be resumed.</returns>
    /// <exception cref="MbMixException">Training or writing failed; earlier checkpoints are still valid.</exception>
    public EvaluationResult? Execute(CancellationToken stop)
    {
        try
        {
            observer.Started(this);
            EvaluationResult? last = evaluationDue ? EvaluateAndLog(stop) : null;
            while (!Session.Finished)
            {
                if (stop.IsCancellationRequested || Session.EnvironmentSteps >= StopAfter)
                {
                    if (savedIteration != Session.Iteration) Save();
                    return null;
                }
                last = Advance(stop);
            }
            last ??= Session.Evaluate(cancellationToken: stop);
            Conclude(last);
            return last;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && (evaluationDue || Session.Finished))
        {
            Save();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "Writing failed.");
            GiveUp();
            string reason = FileTrouble.ReasonOf(e), path = OneLine.Path(Folder.FullPath);
            throw new MbMixException(
                discard
                    ? $"Cannot write to {path}: {reason}. Nothing was trained; choose another folder."
                    : $"Cannot write to {path}: {reason}. The run is safe up to iteration {savedIteration}; mend this, "
                        + $"then continue with {ApiTerms.Resume}.",
                e);
        }
        catch (Exception e)
        {
            log.LogError(e, "Training failed.");
            GiveUp();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        logs.Dispose();
        Session.Dispose();
        loggers.Dispose();
        folderLock.Dispose();
        if (discard) Folder.Discard();
    }

    private static void RequireSame(JsonNode before, JsonNode now)
    {
        var changes = RunChanges.Between(before, now, RunChanges.PluginsIn(now));
        if (changes.Count > 0)
            throw new ConfigurationException(
                OneLine.Limit($"Changed since the run was started: {string.Join("; ", changes)}", taken: 110)
                + $". Add {ApiTerms.AcceptChanges} to go on, or start again with {ApiTerms.Repeat}.");
    }

    // a start that never trained must not block the next one
    private void GiveUp() => discard = fresh && Session.Iteration == 0;

    // one iteration, with the logging, evaluation and checkpoint that are due after it
    private EvaluationResult? Advance(CancellationToken stop)
    {
        long before = Session.EnvironmentSteps;
        var report = Session.Iterate();
        RequireFolder();
        var record = new IterationRecord(Session.Iteration, report, Session.TrainSeconds);
        logs.Write(record);
        observer.Iterated(record);
        WarnOfFaults(report.Episodes);
        EvaluationResult? evaluation = null;
        if (Session.Finished || EvaluationsUntil(Session.EnvironmentSteps) > EvaluationsUntil(before))
            evaluation = EvaluateAndLog(stop);
        if (Session.Finished || Session.Iteration % Session.Configuration.Run.CheckpointEvery == 0) Save();
        return Session.Finished ? evaluation : null;
    }

    private EvaluationResult EvaluateAndLog(CancellationToken stop)
    {
        evaluationDue = true;
        long start = Stopwatch.GetTimestamp();
        var result = Session.Evaluate(cancellationToken: stop);
        evaluationDue = false;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var record = new EvaluationRecord(
            Session.Iteration, Session.EnvironmentSteps, result, Session.TrainSeconds, seconds);
        logs.Write(record);
        observer.Evaluated(record);
        if (result.DescribeFaults() is { } faults)
            log.LogWarning("After {Steps} steps: {Faults}", Session.EnvironmentSteps, faults);
        return result;
    }

    private void WarnOfFaults(EpisodeStatistics episodes)
    {
        if (warnedOfFaults || !Session.NothingButFaults || episodes.Faults < FaultsToWarn) return;
        warnedOfFaults = true;
        log.LogWarning("None of the {Faults} episodes that ended so far ended without a fault.", episodes.Faults);
    }

    // a log goes on taking writes after its file was deleted, so nothing else would notice before the next checkpoint,
    // which would make the folder anew with nothing else in it
    private void RequireFolder()
    {
        List<string> files = [Folder.LockPath, Folder.ConfigPath];
        if (loggers.Written) files.Add(Folder.LogPath);
        if (files.Find(f => FileProbe.KindOf(f) == FileKind.Absent) is not { } gone) return;
        if (!Directory.Exists(Folder.FullPath)) gone = Folder.FullPath;
        throw new MbMixException(
            $"{OneLine.Path(gone)} was deleted or moved while the run was using it, so the run ends here.");
    }

    // evenly spaced in environment steps, so that runs of different algorithms are evaluated at the same points
    private long EvaluationsUntil(long steps)
    {
        var run = Session.Configuration.Run;
        return (long)((Int128)Math.Min(steps, run.Budget) * run.Evaluations / run.Budget);
    }

    private void Save()
    {
        RequireFolder();
        long start = Stopwatch.GetTimestamp();
        // the logs first: the lengths that a checkpoint records must already be on disk
        var lengths = logs.FlushToDisk();
        var state = new CheckpointState(
            Session.Iteration, Session.EnvironmentSteps, Session.TrainSeconds, lengths, evaluationDue,
            Session.NothingButFaults);
        checkpoints.Save(state, Session.Save);
        savedIteration = Session.Iteration;
        SavePolicy();
        ReadBack(state);
        CheckpointSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // the first checkpoint of a run, because what one cannot be read from, the others cannot either
    private void ReadBack(CheckpointState state)
    {
        if (!fresh || readBack) return;
        readBack = true;
        var memory = GC.GetGCMemoryInfo();
        // as much again may be needed for a moment
        if (Environment.WorkingSet > memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) return;
        try
        {
            if (checkpoints.LoadNewest(line => log.LogWarning("{Line}", line)) is { } checkpoint)
                Session.TryToLoad(checkpoint.Reader, state);
        }
        catch (MbMixException e)
        {
            throw new MbMixException(
                OneLine.Limit($"The first checkpoint cannot be read, so the run could not be resumed: {e.Message}"), e);
        }
    }

    // written with every checkpoint, so that the policy can be used without restoring the algorithm
    private void SavePolicy()
    {
        try
        {
            if (Session.ExportPolicy() is not { } policy) return;
            Directory.CreateDirectory(Path.GetDirectoryName(Folder.PolicyPath)!);
            PolicyFile.Write(Folder.PolicyPath, policy);
        }
        catch (MbMixException e)
        {
            // the checkpoint is what training needs
            log.LogWarning("No policy was written: {Reason}", OneLine.Of(e));
        }
    }

    private void Conclude(EvaluationResult result)
    {
        if (Session.NothingButFaults)
            Failure = "Every episode of the training ended with a fault"
                + (result.FaultReason is null ? "." : $"; in the evaluation, {result.FaultReason}");
        else Failure = result.Failure;
        RunResult.Write(Folder, Session, result, Failure);
    }

    private static FileStream Lock(RunFolder folder)
    {
        try
        {
            return new FileStream(folder.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(folder.LockPath))
        {
            throw new MbMixException($"{folder.FullPath} is in use by another process: wait for it to end.", e);
        }
    }
}
