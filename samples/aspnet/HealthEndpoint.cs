using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Samples.AspNet;

internal static class HealthEndpoint
{
    public static void MapHealth(this WebApplication app) => app.MapHealthChecks("/health", new HealthCheckOptions
    {
        ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
        {
            Status = report.Status.ToString(),
            Trainings = report.Entries["trainings"].Data,
        }),
    });
}
