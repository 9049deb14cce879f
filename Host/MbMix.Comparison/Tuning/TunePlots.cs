using MbMix.Search;
using ScottPlot;
using SkiaSharp;

namespace MbMix.Comparison;

/// <summary>
/// The pictures of a search: values over trials, importance of parameters, values over each parameter.
/// </summary>
internal static class TunePlots
{
    private const int Width = 900, Height = 560, TileWidth = 420, TileHeight = 320, MostColumns = 3;

    // values much worse than the middle would leave no room for the others
    private const double Room = 3;

    private static readonly Color Whole = new ScottPlot.Palettes.Category10().GetColor(0);
    private static readonly Color Part = new ScottPlot.Palettes.Category10().GetColor(7);
    private static readonly Color Line = new ScottPlot.Palettes.Category10().GetColor(3);

    /// <summary>Draws the values in the order of trials, with the best so far.</summary>
    public static byte[] History(SettingSearch search)
    {
        using var plot = new Plot();
        Points(plot, search, t => t.Number);
        var best = new List<(double X, double Y)>();
        foreach (var trial in search.Trials.Where(t => t.Stage == TrialStage.Finished))
        {
            bool better = best.Count == 0
                || (search.Terms.Minimize ? trial.Value < best[^1].Y : trial.Value > best[^1].Y);
            best.Add((trial.Number, better ? trial.Value : best[^1].Y));
        }
        if (best.Count > 0)
        {
            var line = plot.Add.ScatterLine(best.Select(b => b.X).ToArray(), best.Select(b => b.Y).ToArray(), Line);
            line.ConnectStyle = ConnectStyle.StepHorizontal;
            line.LineWidth = 2;
            line.LegendText = "best so far";
        }
        Finish(plot, search.Terms.Title, "trial", "mean return over seeds");
        plot.ShowLegend(Edge.Bottom);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    /// <summary>Draws the importance of every parameter as a bar.</summary>
    public static byte[] ImportanceOf(SettingSearch search)
    {
        var importance = Importance.Of(search.Terms.Space, search.Trials);
        var bars = search.Terms.Space.Parameters.Zip(importance).Where(p => !double.IsNaN(p.Second))
            .OrderBy(p => p.Second).ToList();
        using var plot = new Plot();
        var drawn = plot.Add.Bars([.. bars.Select((b, i) => (double)i)], [.. bars.Select(b => b.Second)]);
        drawn.Horizontal = true;
        plot.Axes.Left.SetTicks([.. bars.Select((b, i) => (double)i)], [.. bars.Select(b => b.First.Name)]);
        plot.Axes.SetLimitsX(0, 1);
        plot.Axes.Margins(left: 0);
        Finish(plot, search.Terms.Title, "share of the variance of ranks between groups of similar values", "");
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    /// <summary>Draws the values over each parameter, side by side.</summary>
    public static byte[] Slices(SettingSearch search)
    {
        var parameters = search.Terms.Space.Parameters;
        int columns = Math.Min(MostColumns, parameters.Count), rows = (parameters.Count + columns - 1) / columns;
        using var surface = SKSurface.Create(new SKImageInfo(columns * TileWidth, rows * TileHeight));
        surface.Canvas.Clear(SKColors.White);
        for (int i = 0; i < parameters.Count; i++)
        {
            using var plot = new Plot();
            Slice(plot, search, i, labeled: i % columns == 0);
            using var tile = SKBitmap.Decode(plot.GetImageBytes(TileWidth, TileHeight, ImageFormat.Png));
            surface.Canvas.DrawBitmap(tile, i % columns * TileWidth, i / columns * TileHeight);
        }
        using var picture = surface.Snapshot();
        using var data = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }

    private static void Slice(Plot plot, SettingSearch search, int index, bool labeled)
    {
        var parameter = search.Terms.Space.Parameters[index];
        plot.HideLegend();
        Points(plot, search, t => parameter.Logarithmic
            ? Math.Log10(t.Setting.Values[index]) : t.Setting.Values[index]);
        if (parameter.Kind == ParameterKind.Choice)
        {
            plot.Axes.Bottom.SetTicks(
                [.. Enumerable.Range(0, parameter.Choices.Count).Select(c => (double)c)],
                [.. parameter.Choices.Select(OneLine.Value)]);
            plot.Axes.SetLimitsX(-0.5, parameter.Choices.Count - 0.5);
        }
        string name = parameter.Logarithmic ? $"log10 of {parameter.Name}" : parameter.Name;
        Finish(plot, "", name, labeled ? "mean return" : "");
    }

    private static void Points(Plot plot, SettingSearch search, Func<Trial, double> x)
    {
        var trials = search.Trials.Where(t => t.Values.Count > 0 && !double.IsNaN(x(t))).ToList();
        foreach (bool whole in new[] { false, true })
        {
            var group = trials.FindAll(t => (t.Stage == TrialStage.Finished) == whole);
            if (group.Count == 0) continue;
            var points = plot.Add.ScatterPoints(
                group.Select(x).ToArray(), group.Select(t => t.Value).ToArray(), whole ? Whole : Part);
            points.MarkerSize = 6;
            points.LegendText = whole ? "whole budget" : "stopped early";
        }
        double[] values = [.. trials.Select(t => t.Value).Order()];
        if (values.Length < 2) return;
        double middle = values[values.Length / 2], low = values[0], high = values[^1];
        if (search.Terms.Minimize) high = Math.Min(high, middle + (Room * (middle - low)));
        else low = Math.Max(low, middle - (Room * (high - middle)));
        double margin = Math.Max((high - low) * 0.05, 1e-9);
        plot.Axes.SetLimitsY(low - margin, high + margin);
    }

    private static void Finish(Plot plot, string title, string xLabel, string yLabel)
    {
        if (title.Length > 0) plot.Title(title);
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        if (CurvePlot.SansFont is { } font) plot.Font.Set(font);
    }
}
