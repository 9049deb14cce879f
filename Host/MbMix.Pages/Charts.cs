namespace MbMix.Pages;

/// <summary>Line charts for pages: the module <c>mbmix/charts</c> with its style sheet, on uPlot.</summary>
public static class Charts
{
    /// <summary>Adds the charts to a page.</summary>
    /// <exception cref="MbMixException">The program was built without uPlot.</exception>
    public static void AddTo(HtmlPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        page.Library(WebLibrary.UPlot);
        page.Module("mbmix/charts", WebLibraries.Asset("charts.js"));
        page.Style(WebLibraries.Asset("charts.css"));
    }
}
