using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MbMix.Dashboard;

/// <summary>Answers requests: the page, and the events that keep it up to date.</summary>
internal sealed class DashboardApplication(
    byte[] page, Gate gate, RunFeed feed, ReplayMaker? replays, CancellationToken stopping)
    : IHttpApplication<HttpContext>
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The port that the server listens on.</summary>
    public int Port { get; set; }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public Task ProcessRequestAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = gate.Check(context.Request, Port, out string path);
        if (response.StatusCode != StatusCodes.Status200OK) return Task.CompletedTask;
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        switch (path)
        {
            case "":
                // the page brings a policy for what it runs; this adds what only a header can say
                headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                response.ContentType = "text/html; charset=utf-8";
                return response.Body.WriteAsync(page).AsTask();
            case "events":
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                response.ContentType = "text/event-stream";
                return SendEventsAsync(context);
            case var _ when replays is not null && FolderOf(path) is { } folder:
                headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                return SendReplayAsync(context, replays, folder);
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private string? FolderOf(string path)
    {
        const string start = "replay/";
        return path.StartsWith(start, StringComparison.Ordinal)
            && int.TryParse(path[start.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int run)
                ? feed.FolderOf(run) : null;
    }

    private async Task SendReplayAsync(HttpContext context, ReplayMaker make, string folder)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var response = context.Response;
        try
        {
            byte[] replay = await make(folder, end.Token).ConfigureAwait(false);
            response.ContentType = "text/html; charset=utf-8";
            await response.Body.WriteAsync(replay, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MbMixException or IOException)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(OneLine.Of(e), end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the viewer or the server has left
        }
    }

    private async Task SendEventsAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var messages = feed.Join();
        try
        {
            await SendAsync(context.Response, messages, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ChannelClosedException)
        {
            // the viewer or the server has left
        }
        finally
        {
            feed.Leave(messages);
        }
    }

    private static async Task SendAsync(HttpResponse response, ChannelReader<byte[]> messages, CancellationToken end)
    {
        while (true)
        {
            var next = messages.WaitToReadAsync(end).AsTask();
            if (await Task.WhenAny(next, Task.Delay(Silence, end)).ConfigureAwait(false) != next)
            {
                end.ThrowIfCancellationRequested();
                // so that a viewer that has left without a word is noticed
                await response.Body.WriteAsync(FeedMessage.Nothing, end).ConfigureAwait(false);
            }
            else if (!await next.ConfigureAwait(false))
            {
                return;
            }
            while (messages.TryRead(out byte[]? message))
                await response.Body.WriteAsync(message, end).ConfigureAwait(false);
            await response.Body.FlushAsync(end).ConfigureAwait(false);
        }
    }
}
