using System.Text;
using MbMix.Pages;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Pages;

[Collection(BrowserCollection.Name)]
public sealed class HtmlPages(Browser browser)
{
    private const string Hostile = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
        + "\u2028\u2029<!-- ]]> & \" ' `${1}`";

    [Fact]
    public async Task A_page_runs_its_modules_from_a_file()
    {
        var page = new HtmlPage("Test") { Start = "test/start", Body = "<p id=\"told\"></p>" };
        page.Library(WebLibrary.Three);
        page.Library(WebLibrary.UPlot);
        page.Data("numbers", new { Sum = 3, Parts = new[] { 1, 2 } });
        page.Bytes("raw", [1, 2, 250]);
        page.Module("test/other", "export const double = x => 2 * x;");
        page.Module(
            "test/start",
            """
            import { data, bytes } from 'mbmix/page';
            import { double } from 'test/other';
            import { Vector3 } from 'three';
            import { OrbitControls } from 'three/orbit';
            import uPlot from 'uplot';
            const raw = new Uint8Array(await bytes('raw'));
            const length = new Vector3(3, 4, 0).length();
            document.querySelector('#told').textContent = [
              double(data('numbers').sum), raw.join('-'), length, typeof OrbitControls, typeof uPlot, data('none'),
            ].join(' ');
            """);
        await using var opened = await browser.Open(page.ToBytes());
        await opened.Page.WaitForSelectorAsync("#told:not(:empty)");
        Assert.Equal("6 1-2-250 5 function function ", await opened.Page.TextContentAsync("#told"));
        opened.AssertClean();
    }

    [Fact]
    public async Task Text_of_users_is_never_code()
    {
        string body = $"<p id=\"body\">{PageText.Html(Hostile)}</p>";
        var page = new HtmlPage(Hostile) { Start = "test/start", Body = body };
        page.Data(Hostile, new { Text = Hostile });
        page.Module("test/start", $$"""
            import { data, element } from 'mbmix/page';
            const made = element('p', '', data({{PageText.Json(Hostile)}}).text);
            made.id = 'data';
            document.body.append(made);
            """);
        await using var opened = await browser.Open(page.ToBytes());
        await opened.Page.WaitForSelectorAsync("#data");
        Assert.Equal(Hostile, await opened.Page.TextContentAsync("#data"));
        Assert.Equal(Hostile, await opened.Page.TextContentAsync("#body"));
        Assert.True(await opened.Page.EvaluateAsync<bool>("window.broken === undefined"));
        opened.AssertClean();
    }

    [Fact]
    public async Task A_page_runs_nothing_else_and_reaches_no_network()
    {
        var page = new HtmlPage("Test")
        {
            Start = "test/start",
            Body = "<script>window.broken = 1</script><img src=\"http://127.0.0.1:9/picture.png\">",
        };
        page.Module("test/start", """
            await fetch('http://127.0.0.1:9/data').then(() => { window.broken = 1; }, () => { });
            document.body.dataset.done = '1';
            """);
        await using var opened = await browser.Open(page.ToBytes());
        await opened.Page.WaitForSelectorAsync("body[data-done]");
        Assert.True(await opened.Page.EvaluateAsync<bool>("window.broken === undefined"));
        // each was refused, and the console says so
        foreach (string refused in (string[])["inline script", "/picture.png", "/data"])
        {
            Assert.Contains(
                opened.Errors,
                e => e.Contains("Content Security Policy", StringComparison.Ordinal)
                    && e.Contains(refused, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_page_that_cannot_start_says_so()
    {
        var page = new HtmlPage("Test") { Start = "test/start" };
        page.Module("test/start", "throw new Error('the <b>data</b> is damaged');");
        await using var opened = await browser.Open(page.ToBytes());
        await opened.Page.WaitForSelectorAsync("[role=alert]");
        Assert.Equal(
            "This page cannot be shown: the <b>data</b> is damaged",
            await opened.Page.TextContentAsync("[role=alert]"));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_with_the_licenses_of_libraries()
    {
        static HtmlPage Make()
        {
            var page = new HtmlPage("Test") { Start = "x" };
            page.Library(WebLibrary.UPlot);
            page.Module("x", "");
            return page;
        }
        Assert.Equal(Make().ToBytes(), Make().ToBytes());
        Assert.Contains("MIT", Make().ToString(), StringComparison.Ordinal);
        string license = WebLibraries.License(WebLibrary.Three);
        Assert.Contains("Permission is hereby granted", license, StringComparison.Ordinal);
        Assert.True(Encoding.UTF8.GetByteCount(Make().ToString()) < 60_000);
    }
}
