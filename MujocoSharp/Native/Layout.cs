using System.Globalization;

namespace MujocoSharp.Native;

/// <summary>The memory layout of one version of the library: where the fields of its structures are.</summary>
internal sealed class Layout
{
    private static readonly Lazy<Dictionary<int, Layout>> Table = new(() =>
    {
        using var reader = new StreamReader(typeof(Layout).Assembly.GetManifestResourceStream("layouts.txt")!);
        return Parse(reader);
    });

    private readonly Dictionary<string, LayoutField> fields = [];

    private Layout()
    {
    }

    /// <summary>Versions whose layout is known, as numbers of <c>mj_version</c>.</summary>
    public static IEnumerable<int> Known => Table.Value.Keys;

    /// <summary>Fields by name, <c>owner.field</c>.</summary>
    public IReadOnlyDictionary<string, LayoutField> Fields => fields;

    /// <summary>A field. One that is missing is a mistake in this assembly.</summary>
    public LayoutField this[string name] => fields[name];

    /// <summary>The layout of a version; null where it is unknown.</summary>
    public static Layout? Of(int version) => Table.Value.GetValueOrDefault(version);

    /// <summary>Value of one of the library's constants, or size of one of its structures.</summary>
    public int Constant(string name) => fields[name.Contains('.') ? name : $"constant.{name}"].Offset;

    /// <summary>Reads a table of layouts.</summary>
    public static Dictionary<int, Layout> Parse(TextReader reader)
    {
        var table = new Dictionary<int, Layout>();
        Layout? current = null;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var words = line.Split(' ');
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            if (words[0] == "version")
            {
                table.Add(number, current = new Layout());
            }
            else
            {
                var field = words.Length == 5
                    ? new LayoutField(number, words[2], words[3], words[4])
                    : new LayoutField(number, string.Empty, "1", "1");
                current!.fields.Add(words[0], field);
            }
        }
        return table;
    }
}
