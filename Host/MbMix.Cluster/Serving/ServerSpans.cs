using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace MbMix.Cluster;

/// <summary>Traces what runners and commands ask for.</summary>
internal static class ServerSpans
{
    /// <summary>Begins an activity; null if nobody listens.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">What is done.</param>
    /// <param name="began">When it began; now by default.</param>
    public static Activity? Start(HttpContext context, string name, DateTimeOffset began = default) =>
        ClusterTelemetry.Source.StartActivity(name, ActivityKind.Server, Caller(context), startTime: began);

    // the server traces requests itself only if the program that embeds it asks for that
    private static ActivityContext Caller(HttpContext context)
    {
        if (Activity.Current is { } current) return current.Context;
        var headers = context.Request.Headers;
        string parent = headers.TraceParent.ToString();
        return ActivityContext.TryParse(parent, traceState: null, isRemote: true, out var caller) ? caller : default;
    }
}
