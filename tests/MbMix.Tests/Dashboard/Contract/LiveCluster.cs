using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MbMix.Dashboard;
using MbMix.Tests.Support;
using Microsoft.Playwright;

namespace MbMix.Tests.Contract.Dashboard;

/// <summary>The live page shows a cluster, whatever its runners are called, and while the coordinator is away.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LiveCluster(Browser browser) : IDisposable
{
    private const string Hostile = "<img src=x onerror=window.broken=1>";
    private const string Steps = "Number(document.querySelector('table.work tbody tr')?.cells[2].title || 0)";

    private readonly ClusterProcesses cluster = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Runners_sweeps_and_steps_are_shown_and_come_back_after_a_kill_of_the_coordinator()
    {
        Posix.Require();
        var serve = cluster.Serve();
        await cluster.ReadyAsync();
        cluster.Join(Hostile, "--memory", "4", "--labels", "<b>big</b>");
        cluster.Begin(
            "compare", "--env", CartPoleRuns.Environment, "--algo", "shac", "--seeds", "2", "--budget", "200000000", "--out", "far",
            "--cluster", cluster.Address);
        var watch = cluster.Begin("watch", "--cluster", cluster.Address);
        var address = await AddressAsync(watch);
        await using var opened = await browser.Open(address.AbsoluteUri, 1300);

        var runner = opened.Page.Locator("table.runners tbody tr");
        await runner.Locator("td", new() { HasText = "1 of 1" }).First.WaitForAsync();
        Assert.Equal(Hostile, await runner.Locator("td").First.TextContentAsync());
        Assert.Equal("1 of 4", await runner.Locator("td").Nth(2).TextContentAsync());
        Assert.Equal("<b>big</b>", await runner.Locator("td").Nth(3).TextContentAsync());
        Assert.EndsWith(" s ago", await runner.Locator("td").Nth(4).TextContentAsync(), StringComparison.Ordinal);

        double before = await MoreAsync(opened, 0), after = await MoreAsync(opened, before);
        Assert.True(after > before);
        var work = opened.Page.Locator("table.work tbody tr");
        Assert.Equal("diffrl.cartpole-swingup-v1/shac/seed0", await work.Locator("td").First.TextContentAsync());
        Assert.Equal(Hostile, await work.Locator("td").Nth(1).TextContentAsync());
        var sweep = opened.Page.Locator("table.sweeps tbody tr");
        Assert.Equal("1 at work, 1 waiting", await sweep.Locator("td").Nth(2).TextContentAsync());
        await UntilAsync(opened, "/^[0-9]+:[0-9]{2}:[0-9]{2}$/.test(document.querySelector('table.sweeps tbody tr').cells[4].textContent)");
        Assert.Equal(2, await sweep.Locator(".phases span").CountAsync());
        // nothing but the cluster was asked for
        Assert.Equal($"Cluster {cluster.Address}", await opened.Page.TextContentAsync("h1"));
        Assert.False(await opened.Page.Locator(".charts").IsVisibleAsync());

        ClusterProcesses.Kill(serve);
        var silence = opened.Page.Locator("#silence");
        await silence.WaitForAsync();
        Assert.Matches("^no news for [0-9]+ s", await silence.TextContentAsync());
        Assert.Equal(Hostile, await runner.Locator("td").First.TextContentAsync());
        cluster.Serve();
        await silence.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await MoreAsync(opened, after);

        Assert.True(await opened.Page.EvaluateAsync<bool>("window.broken === undefined && !document.querySelector('#cluster img, #cluster b')"));
        Assert.Empty(opened.Errors);
        Assert.All(opened.Requests, r => Assert.True(r.StartsWith(address.AbsoluteUri, StringComparison.Ordinal) || r.StartsWith("blob:", StringComparison.Ordinal) || r.StartsWith("data:", StringComparison.Ordinal), r));
        Shell.Signal(watch, "INT");
        Assert.True(watch.WaitForExit(Shell.Patience));
        Assert.Equal(0, watch.ExitCode);
    }

    [Fact]
    public async Task A_cluster_stands_beside_runs_and_is_asked_only_while_somebody_looks()
    {
        int asked = 0;
        Task<JsonObject> Read(CancellationToken stop)
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(JsonNode.Parse("""
                {
                  "coordinator": "here:1", "more": "and 5 more runners",
                  "runners": [], "work": [],
                  "sweeps": [
                    { "name": "LONG", "finished": 3, "atWork": 0, "waiting": 1, "failed": 1, "cancelled": 1, "share": 0.755,
                      "secondsToGo": null, "trouble": "LONG & <i>late</i>" }
                  ]
                }
                """.Replace("LONG", new string('x', 60), StringComparison.Ordinal))!.AsObject());
        }
        using var folder = new HostFolder();
        using var server = DashboardServer.Start();
        server.Show(folder.Path);
        server.Follow(Read);
        Directory.CreateDirectory(folder["a"]);
        File.WriteAllText(Path.Combine(folder["a"], "config.json"), """{ "environment": "e", "algorithm": "a", "seed": 0, "threads": 1, "run": { "budget": 3 }, "env": {}, "algo": {} }""");
        await Task.Delay(1500);
        Assert.Equal(0, asked);
        await using (var opened = await browser.Open(server.Address.AbsoluteUri, 1000))
        {
            await opened.Page.GetByText("Cluster here:1").WaitForAsync();
            Assert.Equal("a", await opened.Page.TextContentAsync("h1"));
            Assert.True(await opened.Page.Locator(".charts").IsVisibleAsync());
            var cells = opened.Page.Locator("table.sweeps tbody td");
            Assert.Equal("3 finished, 1 waiting, 1 failed, 1 cancelled", await cells.Nth(2).TextContentAsync());
            Assert.Equal(("75 %", "–"), (await cells.Nth(3).TextContentAsync(), await cells.Nth(4).TextContentAsync()));
            await opened.Page.GetByText("& <i>late</i>").WaitForAsync();
            Assert.Equal(0, await opened.Page.Locator("#cluster i").CountAsync());
            await opened.Page.GetByText("and 5 more runners").WaitForAsync();
            await opened.Page.GetByText("no runners: start some with `mbmix cluster join`").WaitForAsync();
            Assert.True(await opened.Page.EvaluateAsync<bool>("document.body.scrollWidth <= document.body.clientWidth"));
            Assert.Empty(opened.Errors);
        }
        // the server notices within some seconds that the viewer has left
        long start = Stopwatch.GetTimestamp();
        int last;
        do
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Shell.Patience);
            last = asked;
            await Task.Delay(2500);
        }
        while (asked != last);
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        const string announced = "live page: ";
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Shell.Patience) is { } line)
        {
            if (line.StartsWith(announced, StringComparison.Ordinal)) return new Uri(line[announced.Length..]);
        }
        throw new InvalidOperationException("no address: " + await process.StandardError.ReadToEndAsync());
    }

    private static async Task<double> MoreAsync(BrowserPage opened, double than)
    {
        await UntilAsync(opened, $"{Steps} > {than.ToString(CultureInfo.InvariantCulture)}");
        return await opened.Page.EvaluateAsync<double>(Steps);
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
}
