using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Cluster;

/// <summary>
/// What runners and commands can ask for. An error is answered with one line of text: 400 for a request that makes no
/// sense, 401 without the token, 409 for a lease that is over, 503 if the same may work later.
/// </summary>
/// <param name="services">Services of the coordinator.</param>
/// <param name="token">The token that is asked for; null for none.</param>
/// <param name="sameBuild">Whether runners must be of this program's build.</param>
internal sealed class ClusterEndpoints(IServiceProvider services, string? token, bool sameBuild)
{
    private readonly BlobStore files = services.GetRequiredService<BlobStore>();

    private ICoordinator Coordinator => services.GetRequiredService<IGrainFactory>().GetGrain<ICoordinator>(0);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", context => context.Response.WriteAsync("ok"));
        routes.MapGet("/health/ready", context => GuardAsync(context, open: true, async () =>
        {
            await Coordinator.NewsAsync("", 0);
            await context.Response.WriteAsync("ok");
        }));
        Get(routes, "status", _ => Coordinator.DescribeAsync());
        Get(routes, "sweeps/{sweep}", c => Coordinator.NewsAsync(Word(c, "sweep"), Number(c, "after")));
        Get(routes, "runs", c => Coordinator.SelectAsync(c.Request.Query["id"].ToString()));
        Post<RunTicket[], int>(routes, "submit", async (tickets, context) =>
        {
            using var span = ServerSpans.Start(context, "submit runs");
            span?.SetTag(ClusterTelemetry.RunCount, tickets.Length);
            if (tickets is [var first, ..]) span?.SetTag(ClusterTelemetry.SweepId, first.Sweep);
            foreach (var ticket in tickets) Require(ticket);
            return await Coordinator.SubmitAsync(tickets);
        });
        Post<RunnerReport, LeaseAnswer>(routes, "lease", LeaseAsync);
        Post<Heartbeat, HeartbeatAnswer>(routes, "heartbeat", Coordinator.BeatAsync);
        Post<RunProgress, bool>(routes, "progress", ReportAsync);
        Post<string, int>(routes, "cancel", Coordinator.CancelAsync);
        Post<string, int>(routes, "retry", Coordinator.RetryAsync);
        Post<string, bool>(routes, "drain", async runner =>
        {
            await Coordinator.DrainAsync(runner);
            return true;
        });
        Post<Heartbeat, bool>(routes, "leave", async runner =>
        {
            await Coordinator.LeaveAsync(runner.Name, runner.Instance);
            return true;
        });
        Post<string[], int>(routes, "lost", hashes => Coordinator.LoseAsync(Array.FindAll(hashes, h => !files.Has(h))));
        Post<string[], string[]>(routes, "missing", hashes =>
            Task.FromResult(Array.FindAll(hashes, hash => !files.Renew(hash))));
        routes.MapPut(Wire.Version + "/files/{hash}", context => GuardAsync(context, open: false, async () =>
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = Wire.LargestFile;
            string hash = Word(context, "hash");
            bool known = files.Has(hash);
            await files.PutAsync(hash, context.Request.Body, Wire.LargestFile, context.RequestAborted);
            if (!known) ClusterTelemetry.Received.Add(new FileInfo(files.PathOf(hash)).Length);
        }));
        routes.MapGet(Wire.Version + "/files/{hash}", context => GuardAsync(context, open: false, async () =>
        {
            string path = files.PathOf(Word(context, "hash"));
            if (File.Exists(path)) await context.Response.SendFileAsync(path, context.RequestAborted);
            else await RefuseAsync(context, StatusCodes.Status404NotFound, "there is no such file.");
        }));
    }

    private static void Require(RunTicket ticket)
    {
        bool plain = ClosedFolder.IsPlainName(ticket.Run) && ClosedFolder.IsPlainName(ticket.Sweep);
        if (!plain || ticket.Run.Length > 100 || ticket.Name.Length is 0 or > 1000)
            throw new MbMixException("a run needs an id that is a plain name, and a name.");
        if (ticket.Cores < 1 || ticket.Memory < 1)
            throw new MbMixException($"{OneLine.Value(ticket.Name)} must want at least one core and some memory.");
        if (ticket.Budget < 0)
            throw new MbMixException($"{OneLine.Value(ticket.Name)} cannot train for fewer than no steps.");
        if (ticket.Arguments is not ["train", ..])
            throw new MbMixException($"{OneLine.Value(ticket.Name)} is not a training.");
        FileNames.RequireRun(ticket.Files);
        foreach (var folder in ticket.Plugins) FileNames.Require(folder.Files);
    }

    private async Task<LeaseAnswer> LeaseAsync(RunnerReport runner, HttpContext context)
    {
        if (CodeStamp.OfThisProgram.Difference(runner.Code, sameBuild) is { } difference)
            throw new MbMixException(
                $"runner {OneLine.Value(runner.Name)} cannot join: the coordinator has {difference}; use the same "
                + "build of mbmix on all machines.");
        var began = DateTimeOffset.UtcNow;
        var answer = await Coordinator.LeaseAsync(runner);
        if (answer.Run is not { } run) return answer;
        // runners ask several times a second, and mostly for nothing
        using var span = ServerSpans.Start(context, "lend run", began);
        span?.SetTag(ClusterTelemetry.RunId, run.Ticket.Run)
            .SetTag(ClusterTelemetry.SweepId, run.Ticket.Sweep)
            .SetTag(ClusterTelemetry.LeaseNumber, run.Fence)
            .SetTag(ClusterTelemetry.RunnerName, runner.Name);
        return answer;
    }

    private async Task<bool> ReportAsync(RunProgress news, HttpContext context)
    {
        using var span = ServerSpans.Start(context, "take report");
        span?.SetTag(ClusterTelemetry.RunId, news.Lease.Run)
            .SetTag(ClusterTelemetry.LeaseNumber, news.Lease.Fence)
            .SetTag(ClusterTelemetry.ReportKind, news.Kind.ToString().ToLowerInvariant());
        try
        {
            if (news.Files is not null)
            {
                FileNames.RequireRun(news.Files);
                RequirePresent(news.Files);
            }
            if (news.Log is not null) RequirePresent([news.Log]);
            await Coordinator.ReportAsync(news);
            return true;
        }
        catch (MbMixException e)
        {
            span?.SetStatus(ActivityStatusCode.Error, OneLine.Of(e));
            throw;
        }
    }

    private void RequirePresent(FileEntry[] entries)
    {
        if (Array.Find(entries, e => !files.Has(e.Hash)) is { } absent)
            throw new MbMixException($"{OneLine.Value(absent.Name)} has not arrived: send it again.");
    }

    private static string Word(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static long Number(HttpContext context, string name) =>
        long.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number : 0;

    private void Get<TAnswer>(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task<TAnswer>> answer) =>
        routes.MapGet($"{Wire.Version}/{path}", context => GuardAsync(context, open: false, async () =>
            await AnswerAsync(context, await answer(context))));

    private void Post<TQuestion, TAnswer>(
        IEndpointRouteBuilder routes, string path, Func<TQuestion, Task<TAnswer>> answer) =>
        Post<TQuestion, TAnswer>(routes, path, (question, _) => answer(question));

    private void Post<TQuestion, TAnswer>(
        IEndpointRouteBuilder routes, string path, Func<TQuestion, HttpContext, Task<TAnswer>> answer) =>
        routes.MapPost($"{Wire.Version}/{path}", context => GuardAsync(context, open: false, async () =>
        {
            var question = await JsonSerializer.DeserializeAsync<TQuestion>(
                context.Request.Body, Wire.Json, context.RequestAborted);
            if (question is null) throw new MbMixException("the request says nothing.");
            await AnswerAsync(context, await answer(question, context));
        }));

    private static Task AnswerAsync<T>(HttpContext context, T answer)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, Wire.Json, context.RequestAborted);
    }

    private async Task GuardAsync(HttpContext context, bool open, Func<Task> act)
    {
        const string scheme = "Bearer ";
        string given = context.Request.Headers.Authorization.ToString();
        bool known = token is null || (given.StartsWith(scheme, StringComparison.Ordinal)
            && ClusterToken.Same(given[scheme.Length..], token));
        if (!open && !known)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "the token is missing or wrong.");
            return;
        }
        try
        {
            await act();
        }
        catch (StaleLeaseException e)
        {
            ClusterTelemetry.Refusals.Add(1);
            await RefuseAsync(context, StatusCodes.Status409Conflict, e.Message);
        }
        catch (StoreException e)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
        catch (Exception e) when (e is MbMixException or JsonException or BadHttpRequestException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, OneLine.Of(e));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // whoever asked has left
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !context.Response.HasStarted)
        {
            // the path is another one each time
            string what = OneLine.Of(e).Split(" : '")[0];
            string reason = $"the coordinator cannot read or write its files: {what}";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
        }
        catch (Exception e) when (e is ObjectDisposedException or SiloUnavailableException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the coordinator is ending.");
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, OneLine.WithType(e));
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        if (context.Response.HasStarted) return Task.CompletedTask;
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason);
    }
}
