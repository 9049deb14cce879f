using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using MbMix;
using MbMix.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Samples.AspNet;

internal static class TrainingEndpoints
{
    private static readonly TimeSpan BetweenEvents = TimeSpan.FromMilliseconds(100);

    public static void MapTrainings(this WebApplication app)
    {
        var trainings = app.MapGroup("/trainings");
        trainings.MapPost("/", Start);
        trainings.MapGet("/", (TrainingQueue queue) => queue.All.Select(t => t.Status));
        var training = trainings.MapGroup("/{id:guid}");
        training.MapGet("/", (Guid id, TrainingQueue queue) => Of(id, queue, t => TypedResults.Ok(t.Status)));
        training.MapGet("/events", Follow);
        training.MapGet("/policy", (Guid id, TrainingQueue queue) => Of(id, queue, Describe));
        training.MapPost("/act", Act);
        training.MapDelete("/", Delete);
    }

    private static IResult Start(
        TrainingOrder order, TrainingSessions sessions, TrainingQueue queue, IOptions<TrainingLimits> limits)
    {
        var configuration = sessions.Resolve(order.ToRequest(limits.Value.Threads));
        long budget = configuration.Run.Budget, most = limits.Value.MaximumBudget;
        if (budget > most)
            throw new ConfigurationException(
                $"A budget of {budget} environment steps is too large: this server takes at most {most}.");
        var training = new Training(configuration);
        return queue.TryAdd(training)
            ? TypedResults.Accepted($"/trainings/{training.Id}", training.Status)
            : Problem(StatusCodes.Status503ServiceUnavailable, "Too many trainings are waiting: try again later.");
    }

    private static IResult Follow(
        Guid id, TrainingQueue queue, IHostApplicationLifetime lifetime, CancellationToken aborted) => Of(
            id, queue, t => TypedResults.ServerSentEvents(Events(t, lifetime.ApplicationStopping, aborted)));

    // the newest status whenever there is one: whoever reads slowly skips some, and nothing piles up
    private static async IAsyncEnumerable<SseItem<TrainingStatus>> Events(
        Training training, CancellationToken stopping, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        while (!either.IsCancellationRequested)
        {
            var (status, changed) = training.Current;
            yield return new SseItem<TrainingStatus>(status, status.Ended ? "end" : "progress");
            if (status.Ended) yield break;
            await Task.Delay(BetweenEvents, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await changed.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static IResult Act(Guid id, PolicyQuestion question, TrainingQueue queue) => Of(id, queue, training =>
    {
        if (training.Snapshot is not { } snapshot) return NoPolicy();
        float[] observation = question.Observation ?? [];
        int strange = Array.FindIndex(observation, x => !float.IsFinite(x));
        if (strange >= 0) throw new ConfigurationException($"observation[{strange}] is too large for a number.");
        var policy = snapshot.Policy;
        float[] action = new float[policy.Artifact.Action.Size];
        policy.Act(observation, action);
        return TypedResults.Ok(new PolicyAnswer(action, snapshot.Iteration, policy.Artifact.EnvironmentSteps));
    });

    private static IResult Describe(Training training)
    {
        if (training.Snapshot?.Policy.Artifact is not { } artifact) return NoPolicy();
        return TypedResults.Ok(new
        {
            artifact.ControlPeriod,
            Observation = artifact.Observation.Dimensions.Select(d => new { d.Name, d.Unit }),
            Action = artifact.Action.Dimensions.Select(d => new { d.Name, d.Unit, d.Low, d.High }),
        });
    }

    // a training that has ended is forgotten
    private static IResult Delete(Guid id, TrainingQueue queue) => Of(id, queue, IResult (training) =>
    {
        if (training.Status.Ended)
        {
            queue.Forget(training);
            return TypedResults.NoContent();
        }
        training.Cancel();
        return TypedResults.Accepted($"/trainings/{id}", training.Status);
    });

    private static IResult Of(Guid id, TrainingQueue queue, Func<Training, IResult> answer) =>
        queue.Find(id) is { } training
            ? answer(training)
            : Problem(StatusCodes.Status404NotFound, $"There is no training {id}.");

    private static ProblemHttpResult NoPolicy() => Problem(
        StatusCodes.Status409Conflict, "This training has no policy to act with: it has not done an iteration yet.");

    private static ProblemHttpResult Problem(int code, string line) =>
        TypedResults.Problem(line, statusCode: code);
}
