using System.Globalization;
using System.Reflection;
using System.Text;
using MbMix.Pages;

namespace MbMix.Comparison;

/// <summary>Writes <c>report.html</c>: one file that needs no network.</summary>
internal static class ReportPage
{
    /// <exception cref="MbMixException">The program was built without the library that draws charts.</exception>
    public static string Of(
        ReportData data, IReadOnlyList<(string Environment, List<Replay> Replays)>? replays = null)
    {
        var page = new HtmlPage(data.Title) { Start = "mbmix/report" };
        Charts.AddTo(page);
        page.Style(Asset("report.css"));
        page.Module("mbmix/report", Asset("report.js"));
        for (int i = 0; i < (replays?.Count ?? 0); i++)
            ReplayPage.Add(page, i.ToString(CultureInfo.InvariantCulture), replays![i].Replays);
        data = data with { Replays = [.. replays?.Select(r => r.Environment) ?? []] };
        // compressed, because many runs have many points
        page.Bytes("report", Encoding.UTF8.GetBytes(PageText.Json(data)));
        return page.ToString();
    }

    private static string Asset(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report/" + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
