using MbMix.Dashboard;
using MbMix.Tests.Support;
using Microsoft.Playwright;

namespace MbMix.Tests.Contract.Dashboard;

/// <summary>The line per run of the live page, of runs with long names, with damaged files and without a process.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LiveTable(Browser browser) : IDisposable
{
    private const string Columns = "iteration,env_steps,wall_seconds,return,faults,seconds_simulation,seconds_networks";

    private static readonly string Long = new('x', 240);

    private readonly HostFolder folder = new();
    private readonly DashboardServer server = DashboardServer.Start(replays: (_, _) => Task.FromResult(Array.Empty<byte>()));

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1300)]
    public async Task All_columns_fit_the_window_however_long_a_name_or_an_error_is(int width)
    {
        Write("diffrl-humanoid-v1/mbmix-tuned/seed0", "10,29491200,1234.5,-12345.6,0,1,2");
        Write(Long, "10,29491200,1234.5,5,0,1,2");
        Write("damaged", "1,64,1,5,0,1,2");
        await File.WriteAllTextAsync(folder["damaged/config.json"], "{ \"" + new string('y', 300));
        await using var opened = await OpenAsync(width);
        Assert.Equal(3, await opened.Page.Locator("tbody tr").CountAsync());
        double[] edges = await opened.Page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('th, td')].map(c => c.getBoundingClientRect().right)");
        Assert.All(edges, e => Assert.InRange(e, 0, width));
        Assert.True(await opened.Page.EvaluateAsync<bool>("[document.body, document.querySelector('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"));
        double[] heights = await opened.Page.EvaluateAsync<double[]>("[...document.querySelectorAll('tbody tr')].map(r => r.clientHeight)");
        Assert.All(heights, h => Assert.InRange(h, 0, 80));
        // everything can be read where the pointer rests
        Assert.Equal(1, await opened.Page.Locator($"td [title*='{Long}']").CountAsync());
        var state = Row(opened, "damaged").Locator(".state div");
        Assert.StartsWith("config.json is not valid JSON: ", await state.TextContentAsync(), StringComparison.Ordinal);
        Assert.StartsWith(folder["damaged/config.json is not valid JSON: "], await state.GetAttributeAsync("title"), StringComparison.Ordinal);
        Assert.Equal(2, await opened.Page.GetByText("29,491,200 of 30,000,000", new() { Exact = true }).CountAsync());
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task A_run_without_news_has_no_time_to_go_and_one_without_a_folder_says_so()
    {
        Write("killed", "10,15000000,1234.5,5,0,1,2");
        Write("deleted", "10,15000000,1234.5,5,0,1,2");
        File.SetLastWriteTimeUtc(folder["killed/metrics.csv"], DateTime.UtcNow.AddHours(-2));
        await using var opened = await OpenAsync(1000);
        var (killed, deleted) = (Row(opened, "killed"), Row(opened, "deleted"));
        Assert.StartsWith("no news for 2:", await killed.Locator(".state").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal("–", await killed.Locator("td").Nth(7).TextContentAsync());

        Directory.Delete(folder["deleted"], recursive: true);
        await deleted.Locator(".state", new() { HasText = "its folder is gone" }).WaitForAsync();
        Assert.Equal("–", await deleted.Locator("td").Nth(7).TextContentAsync());
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task One_absurd_line_leaves_the_charts_of_all_runs_as_they_are()
    {
        Write("a", "1,1000,1,5,0,1,2", "2,2000,2,6,0,1,2");
        Write("b", "1,1000,1,5,0,1,2", "2,1e308,2,6,0,1,2", "3,1e23,3,6,0,1,2");
        await using var opened = await OpenAsync(1000);
        Assert.Equal("3", await opened.Page.GetAttributeAsync("body", "data-points"));
        Assert.Equal("1,000 of 30,000,000", await Row(opened, "b").Locator(".steps").TextContentAsync());
        Assert.Empty(opened.Errors);
    }

    private static ILocator Row(BrowserPage opened, string name) => opened.Page.Locator("tbody tr", new() { HasText = name });

    private async Task<BrowserPage> OpenAsync(int width)
    {
        server.Show(folder.Path);
        var opened = await browser.Open(server.Address.AbsoluteUri, width);
        await opened.Page.Locator("tbody tr").First.WaitForAsync();
        return opened;
    }

    private void Write(string run, params string[] lines)
    {
        string policy = Directory.CreateDirectory(Path.Combine(folder[run], "policy")).FullName;
        File.WriteAllText(Path.Combine(policy, "policy.safetensors"), "");
        File.WriteAllText(Path.Combine(folder[run], "config.json"), """{ "environment": "e", "algorithm": "a", "seed": 0, "threads": 1, "run": { "budget": 30000000 }, "env": {}, "algo": {} }""");
        File.WriteAllLines(Path.Combine(folder[run], "metrics.csv"), [Columns, .. lines]);
    }
}
