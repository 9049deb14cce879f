using ScottPlot;
using SkiaSharp;

namespace MbMix.Comparison;

/// <summary>Draws learning curves: a line for the median and a band from the worst to the best seed.</summary>
internal static class CurvePlot
{
    /// <summary>Largest value that is drawn; larger ones would exceed the range of the axes.</summary>
    public const double Largest = 1e30;

    private const int Width = 900, Height = 560;

    /// <summary>
    /// Whether the machine has a usable font. Without one, pictures have lines but no text; an empty font is always
    /// present.
    /// </summary>
    public static bool HasFont
    {
        get
        {
            try
            {
                return SKTypeface.Default.GetGlyph('0') != 0;
            }
            catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
            {
                // without the drawing library, fonts do not matter
                return true;
            }
        }
    }

    // without a font configuration, the default is whichever font comes first in its folder
    internal static string? SansFont =>
        SKFontManager.Default.FontFamilies.Order().FirstOrDefault(
            f => f.Contains("Sans", StringComparison.Ordinal) && !f.Contains("Mono", StringComparison.Ordinal));

    public static void Save(
        string path, string title, string xLabel, string yLabel, IReadOnlyList<(string Name, CurveBand Band)> bands)
    {
        byte[] picture = Draw(title, xLabel, yLabel, bands);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        ReportFile.Write(path, picture);
    }

    /// <summary>Draws a figure in the PNG format.</summary>
    /// <exception cref="MbMixException">The figure could not be drawn.</exception>
    public static byte[] Draw(
        string title, string xLabel, string yLabel, IReadOnlyList<(string Name, CurveBand Band)> bands)
    {
        try
        {
            using var plot = Plot(title, xLabel, yLabel, bands);
            return plot.GetImageBytes(Width, Height, ImageFormat.Png);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // whatever the drawing library throws, other figures and the tables are not affected
            throw new MbMixException($"could not be drawn: {OneLine.Limit(OneLine.Of(e), taken: 150)}", e);
        }
    }

    private static Plot Plot(
        string title, string xLabel, string yLabel, IReadOnlyList<(string Name, CurveBand Band)> bands)
    {
        var plot = new Plot();
        var colors = new ScottPlot.Palettes.Category10();
        for (int i = 0; i < bands.Count; i++)
        {
            var (name, band) = bands[i];
            if (band.X.Length == 0) continue;
            var color = colors.GetColor(i);
            var area = plot.Add.FillY(band.X, band.Low, band.High);
            area.FillColor = color.WithAlpha(0.2);
            area.LineWidth = 0;
            area.MarkerSize = 0;
            var line = plot.Add.ScatterLine(band.X, band.Median, color);
            line.LineWidth = 2;
            line.LegendText = name;
        }
        plot.Title(title);
        plot.XLabel(xLabel);
        plot.YLabel(yLabel);
        if (SansFont is { } font) plot.Font.Set(font);
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }
}
