using System.Globalization;

namespace MbMix.Sim.Native;

/// <summary>
/// How the cloth should lie. The folded shapes are what scripted pulls leave, turned, moved and stretched a little so
/// that the published returns of known states come out (docs/paper.md); each is a file with one particle per line.
/// </summary>
internal static class ClothGoals
{
    // the published physics lets what lies on the table sink by the way that it falls in a substep [m]
    private const double RestingHeight = -0.001;

    /// <summary>Three coordinates per particle [m].</summary>
    /// <param name="name">Name of the goal; <c>flat</c> is the cloth at rest.</param>
    public static double[] Load(string name)
    {
        if (name == "flat") return [.. ClothSheets.Rectangle.Rest.Select((x, i) => i % 3 == 1 ? RestingHeight : x)];
        using var stream = typeof(ClothGoals).Assembly.GetManifestResourceStream($"goals/{name}.csv")
            ?? throw new InvalidOperationException($"There is no goal '{name}'.");
        using var reader = new StreamReader(stream);
        var goal = new List<double>();
        while (reader.ReadLine() is { } line)
            goal.AddRange(line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)));
        return [.. goal];
    }
}
