using Microsoft.Extensions.Options;

namespace Samples.AspNet;

/// <summary>Runs trainings in the background, each on a thread of its own.</summary>
internal sealed class TrainingService(TrainingQueue queue, Trainer trainer, IOptions<TrainingLimits> limits)
    : BackgroundService
{
    // an iteration keeps its thread busy, so it must not be one of the pool that serves requests
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Enumerable.Range(0, limits.Value.AtOnce).Select(_ => Task.Factory.StartNew(
            () => Work(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

    private void Work(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (queue.Take(stop) is { } training) trainer.Run(training, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the server stops
        }
    }
}
