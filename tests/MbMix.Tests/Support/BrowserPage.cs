using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace MbMix.Tests.Support;

/// <summary>A page in the browser, with everything that went wrong on it and everything that it asked for.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<string> requests = new();

    public BrowserPage(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            // software rendering is slow at reading pixels, and the browser says so
            if (message.Type is "error" or "warning" && !message.Text.Contains("GPU stall", StringComparison.Ordinal))
                errors.Enqueue($"{message.Type}: {message.Text}");
        };
        page.Request += (_, request) => requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors of scripts, and errors and warnings in the console.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    /// <summary>Addresses that the page asked for, itself included.</summary>
    public IReadOnlyCollection<string> Requests => requests;

    /// <summary>Fails if anything went wrong, or if the page asked a network for anything.</summary>
    public void AssertClean()
    {
        Assert.Empty(Errors);
        Assert.DoesNotContain(Requests, r => new Uri(r).Scheme is not ("file" or "blob" or "data"));
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
