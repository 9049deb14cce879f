using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>The memory layout of one version of the library: where the fields of its structures are.</summary>
internal sealed class Layout
{
    private static readonly Lazy<LayoutTable> Table = new(() =>
    {
        using var reader = new StreamReader(typeof(Layout).Assembly.GetManifestResourceStream("layouts.txt")!);
        return new LayoutTable(reader);
    });

    private readonly Dictionary<string, LayoutField> fields = [];

    /// <summary>Reads the lines of one version's section.</summary>
    public Layout(IEnumerable<string> lines)
    {
        string owner = string.Empty;
        int offset = 0;
        foreach (string line in lines)
        {
            var words = line.Split(' ');
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            if (words.Length == 2)
            {
                fields.Add(words[0], new(number, string.Empty, "1", "1"));
                continue;
            }

            // distances between fields add up
            string structure = words[0][..words[0].IndexOf('.')];
            if (structure != owner) offset = 0;
            owner = structure;
            offset += number;
            fields.Add(words[0], new(offset, words[2], words[3], words[4]));
        }
    }

    private Layout(Layout other) => fields = new(other.fields);

    /// <summary>Versions whose layout is known, as numbers of <c>mj_version</c>.</summary>
    public static IEnumerable<int> Known => Table.Value.Versions;

    /// <summary>Fields by name, <c>owner.field</c>.</summary>
    public IReadOnlyDictionary<string, LayoutField> Fields => fields;

    /// <summary>A field. One that is missing is a mistake in this assembly.</summary>
    public LayoutField this[string name] => fields[name];

    /// <summary>The layout of a version; null where it is unknown.</summary>
    public static Layout? Of(int version) => Table.Value.Of(version);

    /// <summary>The known version before an unknown one.</summary>
    public static int Nearest(int version) => Table.Value.Nearest(version);

    /// <summary>Whether this version has a field or constant.</summary>
    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>Value of one of the library's constants, or size of one of its structures.</summary>
    public int Constant(string name) => fields[name.Contains('.') ? name : $"constant.{name}"].Offset;

    /// <summary>Name, in lower case and without its prefix, of the constant with a value; null where there is none.</summary>
    /// <param name="prefix">Beginning of the names, such as <c>mjSENS_</c>.</param>
    /// <param name="value">The value.</param>
    public string? ConstantName(string prefix, int value)
    {
        string start = "constant." + prefix;
        foreach (var (name, field) in fields)
        {
            if (field.Offset == value && name.StartsWith(start, StringComparison.Ordinal))
                return name[start.Length..].ToLowerInvariant();
        }
        return null;
    }

    /// <summary>A copy in which one field is elsewhere, or one constant has another value.</summary>
    public Layout With(string name, int shift)
    {
        var copy = new Layout(this);
        copy.fields[name] = copy.fields[name] with { Offset = copy.fields[name].Offset + shift };
        return copy;
    }
}
