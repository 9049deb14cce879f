using System.Diagnostics;
using System.Globalization;
using MbMix.Pages;
using MbMix.Tests.Support;
using Microsoft.Playwright;
using SkiaSharp;

namespace MbMix.Tests.Unit.Pages;

/// <summary>Pages with replays, as a reader sees and uses them.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReplayPages(Browser browser, ITestOutputHelper output)
{
    private const string Hostile = "</script><img src=x onerror=alert(1)>\u2028<b>run & \"co\"</b>";

    [Fact]
    public async Task A_robot_is_drawn_and_moves()
    {
        await using var opened = await Open(Replays.Random("ant", 60));
        var page = opened.Page;
        await Press(page, "ArrowLeft", "[data-playing=false]");
        await Press(page, "Home", "[data-time='0.0000']");
        var start = await Picture(page);
        // the robot, the ground with its two grays, and shadows
        Assert.InRange(start.Pixels.Distinct().Count(), 200, int.MaxValue);
        Assert.InRange(start.Pixels.Count(Robot) / (double)start.Pixels.Length, 0.01, 0.4);
        await Press(page, "End", "[data-time='1.0000']");
        var end = await Picture(page);
        int changed = start.Pixels.Zip(end.Pixels).Count(p => p.First != p.Second);
        Assert.InRange(changed / (double)start.Pixels.Length, 0.01, 1);
        Assert.InRange(end.Pixels.Count(Robot) / (double)end.Pixels.Length, 0.01, 0.4);
        opened.AssertClean();

        static bool Robot(SKColor c) => c.Red > 110 && c.Red > 1.4 * c.Blue;
    }

    [Fact]
    public async Task Keys_and_mouse_control_it()
    {
        await using var opened = await Open(Replays.Random("hopper", 1000));
        var page = opened.Page;
        // it plays by itself
        await page.WaitForSelectorAsync("#player[data-playing=true]");
        await Press(page, " ", "[data-playing=false]");
        await Press(page, "Home", "[data-time='0.0000']");
        await Press(page, "ArrowRight", "[data-time='0.0167']");
        await Press(page, "Shift+ArrowRight", "[data-time='1.0167']");
        await Press(page, "ArrowLeft", "[data-time='1.0000']");
        await Press(page, "+", "[data-speed='2']");
        await Press(page, "-", "[data-speed='1']");
        await Press(page, "-", "[data-speed='0.5']");
        await Press(page, "f", "[data-follow=false]");
        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync(".keys:not([hidden])");
        await page.Keyboard.PressAsync("?");
        await page.WaitForSelectorAsync(".keys[hidden]", new() { State = WaitForSelectorState.Attached });

        string camera = await State(page, "camera"), target = await State(page, "target");
        await page.Mouse.MoveAsync(400, 200);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(520, 240, new() { Steps = 4 });
        await page.Mouse.UpAsync();
        await page.WaitForSelectorAsync($"#player:not([data-camera='{camera}'])");
        Assert.Equal(target, await State(page, "target"));
        string orbited = await State(page, "camera");
        Assert.Equal(Distance(camera, target), Distance(orbited, target), 1e-2);
        await page.Mouse.WheelAsync(0, 400);
        await page.WaitForSelectorAsync($"#player:not([data-camera='{orbited}'])");
        Assert.True(Distance(await State(page, "camera"), target) > 1.05 * Distance(orbited, target));
        await Press(page, "r", $":not([data-camera='{orbited}'])");

        await page.FillAsync("input[type=range]", "0.5");
        await page.WaitForSelectorAsync("#player[data-time='0.5000']");
        await page.ClickAsync("button[aria-label^=Play]");
        await page.WaitForSelectorAsync("#player[data-playing=true]");
        // a chart is a way to seek, too
        await Press(page, " ", "[data-playing=false]");
        await Press(page, "Home", "[data-time='0.0000']");
        var over = (await page.Locator(".u-over").First.BoundingBoxAsync())!;
        await page.Mouse.ClickAsync(over.X + (over.Width / 2), over.Y + 20);
        await page.WaitForSelectorAsync("#player:not([data-time='0.0000'])");
        Assert.Equal(8.33, double.Parse(await State(page, "time"), CultureInfo.InvariantCulture), 0.3);
        opened.AssertClean();
    }

    [Fact]
    public async Task Four_are_side_by_side_with_one_clock_and_names_stay_text()
    {
        await using var opened = await Open(
            Replays.Random("cartpole", 90, Hostile), Replays.Random("hopper", 20), Replays.Random("cheetah", 60),
            Replays.Random("snu-humanoid", 12));
        var page = opened.Page;
        await Press(page, "End", "[data-time='1.5000']");
        Assert.Equal(4, await page.Locator(".cell").CountAsync());
        Assert.Equal(Hostile, await page.Locator(".caption strong").First.TextContentAsync());
        Assert.Equal($"Actions: {Hostile}", await page.Locator("figcaption").Nth(1).TextContentAsync());
        Assert.Equal("MbMix: " + Hostile, await page.TitleAsync());
        Assert.Equal(0, await page.Locator("img").CountAsync());
        // each stands at its own end
        string[] scores = [.. await page.Locator(".score").AllTextContentsAsync()];
        Assert.Equal(["step 90", "step 20", "step 60", "step 12"], scores.Select(s => s.Split(',')[0]));
        var picture = await Picture(page);
        foreach (var (x, y) in ((int, int)[])[(0, 0), (1, 0), (0, 1), (1, 1)])
        {
            var quarter = picture.Quarter(x, y);
            Assert.InRange(quarter.Distinct().Count(), 100, int.MaxValue);
        }
        opened.AssertClean();
    }

    [Fact]
    public async Task A_thousand_steps_of_the_humanoid_are_a_small_file()
    {
        byte[] html = ReplayPage.Create([Replays.Random("humanoid", 1000)], "Humanoid").ToBytes();
        output.WriteLine($"{html.Length:N0} bytes");
        Assert.InRange(html.Length, 100_000, 3_000_000);
        await using var opened = await browser.Open(html);
        var page = opened.Page;
        await page.WaitForSelectorAsync("#player[data-playing=true]");
        // how long that takes is written down, and not judged: other tests use the processor, too
        const int frames = 5;
        int from = int.Parse(await State(page, "drawn"), CultureInfo.InvariantCulture);
        long start = Stopwatch.GetTimestamp();
        await page.WaitForFunctionAsync(
            "drawn => Number(document.querySelector('#player').dataset.drawn) >= drawn", from + frames);
        double rate = frames / Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine($"{rate:F1} frames per second");
        opened.AssertClean();
    }

    [Fact]
    public void A_page_shows_one_to_four()
    {
        var replay = Replays.Random("cartpole", 2);
        Assert.Throws<ConfigurationException>(() => ReplayPage.Create([], "none"));
        var five = Enumerable.Repeat(replay, 5).ToList();
        var e = Assert.Throws<ConfigurationException>(() => ReplayPage.Create(five, "five"));
        Assert.Equal("5 replays came; 1 to 4 are shown side by side.", e.Message);
    }

    private async Task<BrowserPage> Open(params Replay[] replays)
    {
        byte[] html = ReplayPage.Create(replays, "MbMix: " + replays[0].Label).ToBytes();
        var opened = await browser.Open(html);
        await opened.Page.WaitForSelectorAsync("#player[data-drawn]");
        return opened;
    }

    // presses a key and waits for the player to say that it has worked
    private static async Task Press(IPage page, string key, string state)
    {
        await page.Keyboard.PressAsync(key == " " ? "Space" : key);
        await page.WaitForSelectorAsync("#player" + state);
    }

    private static async Task<string> State(IPage page, string name) =>
        (await page.GetAttributeAsync("#player", "data-" + name))!;

    private static double Distance(string a, string b)
    {
        double[] Parse(string text) =>
            [.. text.Split(' ').Select(x => double.Parse(x, CultureInfo.InvariantCulture))];
        return Math.Sqrt(Parse(a).Zip(Parse(b), (x, y) => (x - y) * (x - y)).Sum());
    }

    private static async Task<Shot> Picture(IPage page)
    {
        // what was drawn last is on the screen with the next frame
        await page.WaitForTimeoutAsync(100);
        using var bitmap = SKBitmap.Decode(await page.Locator(".scenes").ScreenshotAsync());
        return new Shot(bitmap.Pixels, bitmap.Width, bitmap.Height);
    }

    private sealed record Shot(SKColor[] Pixels, int Width, int Height)
    {
        // the quarter at a corner, without the caption
        public IEnumerable<SKColor> Quarter(int x, int y)
        {
            for (int row = (y * Height / 2) + 50; row < (y + 1) * Height / 2; row++)
            {
                for (int column = x * Width / 2; column < (x + 1) * Width / 2; column++)
                    yield return Pixels[(row * Width) + column];
            }
        }
    }
}
