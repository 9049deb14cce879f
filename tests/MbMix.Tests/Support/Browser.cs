using Microsoft.Playwright;

namespace MbMix.Tests.Support;

/// <summary>
/// The browser that is installed, without a window and with WebGL in software, for the tests of pages.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Programs =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("mbmix-pages-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private int pages;

    public async ValueTask InitializeAsync()
    {
        string program = Environment.GetEnvironmentVariable("MBMIX_BROWSER")
            ?? Array.Find(Programs, File.Exists)
            ?? throw new InvalidOperationException(
                "The tests of pages need a browser: apt-get install chromium, or set MBMIX_BROWSER to its program.");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args =
            [
                // a container's user is root, and its /dev/shm is small
                "--no-sandbox", "--disable-dev-shm-usage",
                "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
            ],
        });
    }

    /// <summary>Opens a page from a file, as a reader who got it by mail would.</summary>
    public async Task<BrowserPage> Open(byte[] html, int width = 1000, int height = 700)
    {
        string path = Path.Combine(folder, $"page {Interlocked.Increment(ref pages)}.html");
        await File.WriteAllBytesAsync(path, html);
        return await Open(new Uri(path).AbsoluteUri, width, height);
    }

    /// <summary>Opens an address.</summary>
    public async Task<BrowserPage> Open(string address, int width = 1000, int height = 700)
    {
        var page = await browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        // a loaded machine draws a scene in seconds
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        var opened = new BrowserPage(page);
        await page.GotoAsync(address);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
