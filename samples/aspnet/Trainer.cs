using MbMix;
using MbMix.Hosting;
using Microsoft.Extensions.Options;

namespace Samples.AspNet;

/// <summary>Runs a training from its beginning to its end, on the calling thread.</summary>
internal sealed class Trainer(TrainingSessions sessions, IOptions<TrainingLimits> limits, ILogger<Trainer> log)
{
    /// <summary>
    /// Trains until the budget is used up, or until the end of an iteration once the training or the server is stopped.
    /// </summary>
    public void Run(Training training, CancellationToken stop)
    {
        log.LogInformation("training {Id} starts", training.Id);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(training.Canceled, stop);
        var (state, message) = Try(training, either.Token);
        training.Update(s => s with { State = state, Message = message ?? s.Message });
        string reason = message is null ? "" : ", " + message;
        log.LogInformation("training {Id} has ended: {State}{Reason}", training.Id, state, reason);
    }

    private (TrainingState State, string? Message) Try(Training training, CancellationToken stop)
    {
        try
        {
            return limits.Value.Folder is { } folder
                ? TrainInFolder(training, Path.Combine(folder, training.Id.ToString()), stop)
                : TrainInMemory(training, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (TrainingState.Canceled, null);
        }
        catch (MbMixException e)
        {
            return (TrainingState.Failed, e.Message);
        }
        catch (Exception e)
        {
            log.LogError(e, "training {Id} ended unexpectedly", training.Id);
            return (TrainingState.Failed, "The training ended unexpectedly; the log of the server says more.");
        }
    }

    private (TrainingState, string?) TrainInMemory(Training training, CancellationToken stop)
    {
        using var session = sessions.Create(training.Configuration);
        var progress = new TrainingProgress(training, session);
        while (!session.Finished && !stop.IsCancellationRequested)
        {
            var report = session.Iterate();
            progress.Iterated(new IterationRecord(session.Iteration, report, session.TrainSeconds));
        }
        progress.Conclude();
        if (!session.Finished) return (TrainingState.Canceled, null);
        double mean = session.Evaluate(cancellationToken: stop).Mean;
        training.Update(s => s with { EvaluationReturn = double.IsFinite(mean) ? mean : null });
        return (TrainingState.Completed, null);
    }

    // with logs, evaluations and checkpoints; a run that was stopped has saved itself
    private (TrainingState, string?) TrainInFolder(Training training, string path, CancellationToken stop)
    {
        var configuration = training.Configuration;
        var folder = RunFolder.Create(path, configuration);
        var progress = new TrainingProgress(training);
        using var run = TrainingRun.Start(sessions, configuration, folder, progress, ["aspnet"]);
        var result = run.Execute(stop);
        progress.Conclude();
        if (run.Failure is not null) return (TrainingState.Failed, run.Failure);
        return (result is null ? TrainingState.Canceled : TrainingState.Completed, null);
    }
}
