using System.Diagnostics;
using System.Globalization;
using MbMix.Dashboard;
using MbMix.Tests.Support;
using Microsoft.Playwright;

namespace MbMix.Tests.Contract.Dashboard;

/// <summary>The live page in a browser, during real trainings.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LiveTrainings(Browser browser) : IDisposable
{
    private const string Announced = "live page: ";

    private readonly HostCommand mbmix = new();

    // some seconds of training with iterations of a few milliseconds
    private string[] Train(string folder, params string[] more) =>
    [
        "train", "stub/point-mass-v1", "--algo", "shac", "--threads", "1", "--budget", "40000000", "--set", "run.checkpointEvery=20",
        "--set", "run.evaluations=400", "--set", "run.evaluationEpisodes=2", "--out", mbmix[folder], .. more,
    ];

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public async Task Points_arrive_while_a_training_runs_and_the_page_ends_with_it()
    {
        var process = mbmix.BeginInterruptible(Train("<img src=x onerror=window.broken=1>", "--dashboard"));
        var address = await AddressAsync(process);
        await using var opened = await browser.Open(address.AbsoluteUri);
        int before = await PointsAsync(opened, more: 0), after = await PointsAsync(opened, more: before);
        Assert.True(after > before);
        foreach (string chart in new[] { "Return of the training rollouts", "Return of evaluations", "Loss", "Gradient norm", "Environment steps per second", "Quarantined lanes" })
            await Drawn(opened, chart);
        await opened.Page.Locator("td.state", new() { HasText = "training" }).WaitForAsync();
        Assert.True(await opened.Page.Locator(".parts span").CountAsync() >= 3);
        Assert.Contains("<img src=x", await opened.Page.TextContentAsync("h1"), StringComparison.Ordinal);
        Assert.True(await opened.Page.EvaluateAsync<bool>("window.broken === undefined"));
        Assert.Empty(opened.Errors);
        Assert.All(opened.Requests, r => Assert.True(r.StartsWith(address.AbsoluteUri, StringComparison.Ordinal) || r.StartsWith("blob:", StringComparison.Ordinal) || r.StartsWith("data:", StringComparison.Ordinal), r));

        // made by a process of its own, of the policy as of the last checkpoint
        await opened.Page.Locator("a", new() { HasText = "replay" }).WaitForAsync();
        await using (var replay = await browser.Open(new Uri(address, "replay/0").AbsoluteUri))
        {
            await replay.Page.Locator("#player canvas").First.WaitForAsync();
            Assert.Empty(replay.Errors);
        }

        Shell.Signal(process, "INT");
        Assert.True(process.WaitForExit(Shell.Patience));
        Assert.Equal(130, process.ExitCode);
        await opened.Page.Locator("#connection.lost").WaitForAsync();
    }

    [Fact]
    public async Task Curves_go_on_after_a_kill_and_a_resume_and_runs_that_begin_later_appear()
    {
        using var server = DashboardServer.Start();
        server.Show(mbmix["runs"]);
        await using var opened = await browser.Open(server.Address.AbsoluteUri);
        var killed = mbmix.Begin(Train("runs/a"));
        await PointsAsync(opened, more: 30);
        killed.Kill();
        await killed.WaitForExitAsync();
        await opened.Page.Locator("td.state", new() { HasText = "no news" }).WaitForAsync(new() { Timeout = 30_000 });
        double before = await StepsAsync(opened);

        var resumed = mbmix.Begin("train", "--resume", mbmix["runs/a"]);
        var second = mbmix.Begin(Train("runs/b", "--seed", "2"));
        await UntilAsync(opened, "document.querySelectorAll('tbody tr').length === 2 && [...document.querySelectorAll('td.state')].every(s => s.textContent === 'training')");
        await UntilAsync(opened, $"Number(document.querySelector('tbody tr').cells[3].title) > {before.ToString(CultureInfo.InvariantCulture)}");
        Assert.Equal("2 trainings", await opened.Page.TextContentAsync("h1"));
        Assert.Empty(opened.Errors);
        foreach (var process in new[] { resumed, second })
        {
            Assert.False(process.HasExited);
            process.Kill();
        }
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(Announced, StringComparison.Ordinal)) continue;
            // nobody else reads it
            _ = process.StandardOutput.ReadToEndAsync();
            return new Uri(line[Announced.Length..]);
        }
        throw new InvalidOperationException("no address: " + await process.StandardError.ReadToEndAsync());
    }

    private static async Task<int> PointsAsync(BrowserPage opened, int more)
    {
        string points = "Number(document.body.dataset.points ?? 0)";
        await UntilAsync(opened, $"{points} > {more}");
        return await opened.Page.EvaluateAsync<int>(points);
    }

    // the page's policy forbids the browser to evaluate what is said while it waits
    private static async Task UntilAsync(BrowserPage opened, string condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await opened.Page.EvaluateAsync<bool>(condition))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Shell.Patience, $"{condition}: {await opened.Page.TextContentAsync("body")}");
            await Task.Delay(100);
        }
    }

    private static async Task<double> StepsAsync(BrowserPage opened) =>
        await opened.Page.EvaluateAsync<double>("Number(document.querySelector('tbody tr').cells[3].title)");

    private static async Task Drawn(BrowserPage opened, string title) => await opened.Page
        .Locator("figure", new() { HasText = title }).Locator("canvas").WaitForAsync(new() { State = WaitForSelectorState.Visible });
}
