using System.Globalization;
using MbMix.Storage;

namespace MbMix.Sim.Native;

/// <summary>
/// An element of an MJCF file, with readers for its attributes that name file and line where they fail.
/// </summary>
/// <param name="name">Name of the element.</param>
/// <param name="file">Name of its file.</param>
/// <param name="line">Line in the file, from 1.</param>
internal sealed class MjcfElement(string name, string file, int line)
{
    private const double Largest = 1e10;

    private static readonly string[] Turns = ["quat", "axisangle", "euler", "xyaxes", "zaxis", "fromto"];

    // attributes of which an element may give only the first values, so that the others keep their defaults
    private static readonly string[] Partial = ["size", "friction", "gear", "gainprm", "biasprm"];

    public string Name => name;

    public string File => file;

    public int Line => line;

    public Dictionary<string, string> Attributes { get; private init; } = [];

    public List<MjcfElement> Children { get; private init; } = [];

    /// <summary>What a person calls it: its kind, and its name where it has one.</summary>
    public string Label => this["name"] is { } own ? $"{name} '{Short(own)}'" : name;

    /// <summary>The text of an attribute; null if it is missing.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>All children with a name.</summary>
    public IEnumerable<MjcfElement> All(string child) => Children.Where(c => c.Name == child);

    /// <summary>A copy whose missing attributes are filled in.</summary>
    public MjcfElement With(IReadOnlyDictionary<string, string> defaults)
    {
        var merged = new Dictionary<string, string>(Attributes);
        bool turned = Turns.Any(Attributes.ContainsKey);
        foreach (var (key, value) in defaults)
        {
            if (turned && Turns.Contains(key)) continue;
            if (!merged.TryGetValue(key, out string? own)) merged[key] = value;
            else if (Partial.Contains(key))
                merged[key] = string.Join(' ', [.. Words(own), .. Words(value).Skip(Words(own).Length)]);
        }
        return new MjcfElement(name, file, line) { Attributes = merged, Children = Children };
    }

    public ConfigurationException Error(string message) =>
        new($"{file}, line {line}: {Label}: {message}.");

    public double Number(string attribute, double otherwise) =>
        this[attribute] is null ? otherwise : Numbers(attribute, 1, 1)![0];

    /// <summary>Reads a list of numbers; null if the attribute is missing.</summary>
    /// <param name="attribute">Name of the attribute.</param>
    /// <param name="least">Least number of values.</param>
    /// <param name="most">Largest number of values.</param>
    public double[]? Numbers(string attribute, int least, int most)
    {
        if (this[attribute] is not { } text) return null;
        string[] words = Words(text);
        if (words.Length < least || words.Length > most)
        {
            string expected = least == most ? $"{least}" : $"{least} to {most}";
            throw Error($"{attribute} has {words.Length} values; {expected} {(most == 1 ? "is" : "are")} expected");
        }
        return [.. words.Select(word => Number(attribute, word))];
    }

    /// <summary>Reads a vector of three numbers.</summary>
    public double[] Vector(string attribute, double x, double y, double z) => Numbers(attribute, 3, 3) ?? [x, y, z];

    /// <summary>Reads a number that must not be negative.</summary>
    public double Positive(string attribute, double otherwise)
    {
        double value = Number(attribute, otherwise);
        return value >= 0 ? value : throw Error($"{attribute} is negative");
    }

    public int Whole(string attribute, int otherwise)
    {
        double value = Number(attribute, otherwise);
        return value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue
            ? (int)value : throw Error($"{attribute} is not a whole number");
    }

    /// <summary>Reads one of several words.</summary>
    public string Choice(string attribute, string otherwise, params ReadOnlySpan<string> words)
    {
        if (this[attribute] is not { } text) return otherwise;
        if (words.Contains(text)) return text;
        throw Error($"{attribute} is '{Short(text)}'; expected is one of {string.Join(", ", words)}");
    }

    public bool Flag(string attribute, bool otherwise) =>
        Choice(attribute, otherwise ? "true" : "false", "true", "false") == "true";

    /// <summary>Cuts a text of the file to what fits into a message of one line.</summary>
    public static string Short(string text) => OneLine.Value(text);

    private double Number(string attribute, string word)
    {
        bool read = double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        // NaN compares as false
        if (read && Math.Abs(value) <= Largest) return value;
        throw Error($"{attribute}: '{Short(word)}' is not a number");
    }

    private static string[] Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
