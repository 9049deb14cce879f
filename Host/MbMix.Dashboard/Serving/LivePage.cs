using System.Reflection;
using System.Text;
using MbMix.Pages;

namespace MbMix.Dashboard;

/// <summary>Writes the page that follows the runs.</summary>
internal static class LivePage
{
    /// <exception cref="MbMixException">The program was built without the library that draws charts.</exception>
    public static byte[] Write()
    {
        var page = new HtmlPage("MbMix: live") { Start = "mbmix/live", Connect = "'self'" };
        Charts.AddTo(page);
        page.Style(Asset("live.css"));
        page.Module("mbmix/live-text", Asset("text.js"));
        page.Module("mbmix/live-cluster", Asset("cluster.js"));
        page.Module("mbmix/live", Asset("live.js"));
        return page.ToBytes();
    }

    private static string Asset(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("live/" + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
