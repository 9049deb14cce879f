using MbMix.Hosting;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>Writes what a search has found: tables, pictures, and the best setting as a preset.</summary>
internal static class TuneReport
{
    /// <summary>Writes all files; what cannot be drawn or written costs the others nothing.</summary>
    public static ReportResult Write(TunePlan plan, SettingSearch search)
    {
        List<string> notes = [], errors = [];
        void Try(List<string> trouble, string file, Action write)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
            {
                trouble.Add($"{file}: {OneLine.Of(e)}");
            }
        }
        string At(params string[] names) => Path.Combine([plan.Folder, .. names]);
        string table = TuneTables.Markdown(search);
        Try(errors, "trials.csv", () => ReportFile.WriteText(At("trials.csv"), TuneTables.Csv(search)));
        Try(errors, "table.md", () => ReportFile.WriteText(At("table.md"), table));
        if (search.Best is { } best)
            Try(errors, "best.json", () => RunFolder.WriteJson(At("best.json"), BestPreset.Of(plan, best)));
        var pictures = new (string Name, Func<SettingSearch, byte[]> Draw)[]
        {
            ("history.png", TunePlots.History), ("importance.png", TunePlots.ImportanceOf),
            ("slices.png", TunePlots.Slices),
        };
        if (search.Trials.All(t => t.Values.Count == 0)) pictures = [];
        foreach (var (name, draw) in pictures)
        {
            Try(notes, name, () =>
            {
                byte[] picture = Draw(() => draw(search));
                Directory.CreateDirectory(At("plots"));
                ReportFile.Write(At("plots", name), picture);
            });
        }
        return new ReportResult(table, notes, errors);
    }

    private static byte[] Draw(Func<byte[]> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever the drawing library throws, the tables are not affected
            throw new MbMixException($"could not be drawn: {OneLine.Limit(OneLine.Of(e), taken: 150)}", e);
        }
    }
}
