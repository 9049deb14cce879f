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
    private readonly ITrainingObserver observer;
    private readonly FileStream folderLock;
    private readonly RunLoggers loggers;
    private readonly ILogger log;
    private readonly CheckpointStore checkpoints;
    private readonly RunLogs logs;
    private long savedIteration;

    private TrainingRun(
        TrainingSessions sessions, ResolvedConfiguration configuration, RunFolder folder, FileStream folderLock,
        ITrainingObserver observer, IReadOnlyList<string> commandLine)
    {
        Folder = folder;
        this.observer = observer;
        this.folderLock = folderLock;
        loggers = new RunLoggers(folder.LogPath, observer.Notice);
        log = loggers.CreateLogger("mbmix");
        checkpoints = new CheckpointStore(folder.CheckpointsPath);
        try
        {
            Session = sessions.Create(configuration, loggers);
            var checkpoint = checkpoints.LoadNewest(line => log.LogWarning("{Line}", line));
            if (checkpoint is not null)
            {
                Session.Load(checkpoint.Reader, checkpoint.State);
                savedIteration = checkpoint.State.Iteration;
            }
            // everything that can be rejected is checked before the first file is changed
            var starts = Manifest.ReadStarts(folder);
            logs = new RunLogs(folder.FullPath, checkpoint?.State.Logs ?? new Dictionary<string, long>());
            Manifest.Append(folder, starts, sessions.Catalog, configuration, commandLine, Session.Iteration);
        }
        catch (Exception e)
        {
            log.LogError(e, "The run could not start.");
            Session?.Dispose();
            throw;
        }
    }

    /// <summary>The run's folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The training session; this object owns it.</summary>
    public TrainingSession Session { get; }

    /// <summary>Time that this process spent on checkpoints, including flushing the logs to disk, in seconds.</summary>
    public double CheckpointSeconds { get; private set; }

    /// <summary>Starts a run in a new folder.</summary>
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
            return new TrainingRun(sessions, configuration, folder, folderLock, observer, commandLine);
        }
        catch
        {
            folderLock.Dispose();
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
    public static TrainingRun Resume(
        TrainingSessions sessions, RunFolder folder, ITrainingObserver observer, IReadOnlyList<string> commandLine,
        int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(folder);
        folder.RequireOwnFiles();
        var folderLock = Lock(folder);
        try
        {
            var configuration = sessions.Resolve(folder.ReadConfig(), [], threads: threads);
            return new TrainingRun(sessions, configuration, folder, folderLock, observer, commandLine);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Trains until the budget is used up, or until the end of the current iteration once <paramref name="stop"/> is
    /// canceled.
    /// </summary>
    /// <returns>The final evaluation; null if the run was stopped. It is then saved and can be resumed.</returns>
    /// <exception cref="MbMixException">Training or writing failed; earlier checkpoints are still valid.</exception>
    public EvaluationResult? Execute(CancellationToken stop)
    {
        try
        {
            observer.Started(this);
            EvaluationResult? last = null;
            while (!Session.Finished)
            {
                if (stop.IsCancellationRequested)
                {
                    if (savedIteration != Session.Iteration) Save();
                    return null;
                }
                last = Advance();
            }
            last ??= Session.Evaluate();
            Conclude(last);
            return last;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError(e, "Writing failed.");
            string reason = OneLine.Of(e).TrimEnd('.');
            throw new MbMixException(
                $"Cannot write to {Folder.FullPath}: {reason}. The run is safe up to iteration {savedIteration}; "
                + $"free space, then `mbmix train --resume {Folder.FullPath}`.", e);
        }
        catch (Exception e)
        {
            log.LogError(e, "Training failed.");
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
    }

    // one iteration, with the logging, evaluation and checkpoint that are due after it
    private EvaluationResult? Advance()
    {
        long before = Session.EnvironmentSteps;
        var report = Session.Iterate();
        var record = new IterationRecord(Session.Iteration, report, Session.TrainSeconds);
        logs.Write(record);
        observer.Iterated(record);
        EvaluationResult? evaluation = null;
        if (Session.Finished || EvaluationsUntil(Session.EnvironmentSteps) > EvaluationsUntil(before))
        {
            long start = Stopwatch.GetTimestamp();
            evaluation = Session.Evaluate();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var evaluated = new EvaluationRecord(
                Session.Iteration, Session.EnvironmentSteps, evaluation, Session.TrainSeconds, seconds);
            logs.Write(evaluated);
            observer.Evaluated(evaluated);
        }
        if (Session.Finished || Session.Iteration % Session.Configuration.Run.CheckpointEvery == 0) Save();
        return Session.Finished ? evaluation : null;
    }

    // evenly spaced in environment steps, so that runs of different algorithms are evaluated at the same points
    private long EvaluationsUntil(long steps)
    {
        var run = Session.Configuration.Run;
        return (long)((Int128)Math.Min(steps, run.Budget) * run.Evaluations / run.Budget);
    }

    private void Save()
    {
        long start = Stopwatch.GetTimestamp();
        // the logs first: the lengths that a checkpoint records must already be on disk
        var lengths = logs.FlushToDisk();
        var state = new CheckpointState(Session.Iteration, Session.EnvironmentSteps, Session.TrainSeconds, lengths);
        checkpoints.Save(state, Session.Save);
        savedIteration = Session.Iteration;
        SavePolicy();
        CheckpointSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
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
        var configuration = Session.Configuration;
        RunFolder.WriteJson(Folder.ResultPath, new JsonObject
        {
            ["environment"] = configuration.Environment,
            ["algorithm"] = configuration.Algorithm,
            ["model"] = configuration.Model,
            ["seed"] = configuration.Seed,
            ["evaluationReturn"] = result.Mean,
            ["median"] = result.Median,
            ["min"] = result.Minimum,
            ["max"] = result.Maximum,
            ["returns"] = new JsonArray([.. result.Returns.Select(r => (JsonNode)r)]),
            ["lengths"] = new JsonArray([.. result.Lengths.Select(l => (JsonNode)l)]),
            ["faults"] = result.Faults,
            ["iterations"] = Session.Iteration,
            ["envSteps"] = Session.EnvironmentSteps,
            ["trainSeconds"] = Session.TrainSeconds,
        });
    }

    private static FileStream Lock(RunFolder folder)
    {
        try
        {
            return new FileStream(folder.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new MbMixException($"{folder.FullPath} is in use by another process: wait for it to end.", e);
        }
    }
}
