using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Samples.AspNet;

/// <summary>How busy the server is: degraded while it takes no further training.</summary>
internal sealed class TrainingHealth(TrainingQueue queue, IOptions<TrainingLimits> limits) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var states = queue.All.Select(t => t.Status.State).ToLookup(s => s);
        int running = states[TrainingState.Running].Count(), queued = states[TrainingState.Queued].Count();
        var data = new Dictionary<string, object>
        {
            ["running"] = running,
            ["queued"] = queued,
            ["workingSetBytes"] = Environment.WorkingSet,
            ["managedBytes"] = GC.GetTotalMemory(forceFullCollection: false),
        };
        bool full = running + queued >= limits.Value.AtOnce + limits.Value.Queued;
        return Task.FromResult(full
            ? HealthCheckResult.Degraded("no further training is taken", data: data)
            : HealthCheckResult.Healthy(data: data));
    }
}
