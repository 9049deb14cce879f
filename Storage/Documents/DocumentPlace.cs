using System.Globalization;
using System.Text;

namespace MbMix.Storage;

/// <summary>Tracks where in a document a reader is, and which keys of the enclosing objects it has seen.</summary>
/// <param name="whole">What the whole document is called.</param>
internal sealed class DocumentPlace(string whole)
{
    private readonly List<Level> levels = [];

    /// <summary>The enclosing object or array, for messages; for the root, the name of the document.</summary>
    public string OrRoot => levels.Count <= 1 ? whole : $"'{Path(levels.Count - 1)}'";

    /// <summary>The current value, for messages.</summary>
    public string Value => levels.Count == 0 ? whole : $"'{this}'";

    /// <summary>Enters an object or an array.</summary>
    public void Enter(bool isObject) =>
        levels.Add(new Level(isObject ? new HashSet<string>(StringComparer.Ordinal) : null));

    /// <summary>Leaves the innermost object or array.</summary>
    public void Leave() => levels.RemoveAt(levels.Count - 1);

    /// <summary>Moves to the next key of an object.</summary>
    /// <returns>False if the object already had that key.</returns>
    public bool Name(string key)
    {
        levels[^1].Key = key;
        return levels[^1].Seen!.Add(key);
    }

    /// <summary>Moves to the next value; inside an array, this is the next element.</summary>
    public void Next()
    {
        if (levels.Count > 0 && levels[^1].Seen is null) levels[^1].Index++;
    }

    /// <summary>The place as a path, such as <c>arms[2].label</c>.</summary>
    public override string ToString() => Path(levels.Count);

    private string Path(int depth)
    {
        var text = new StringBuilder();
        foreach (var level in levels.Take(depth))
        {
            if (level.Seen is null) text.Append(CultureInfo.InvariantCulture, $"[{level.Index}]");
            else text.Append(text.Length > 0 ? "." : "").Append(level.Key);
        }
        return OneLine.Value(text.ToString());
    }

    private sealed class Level(HashSet<string>? seen)
    {
        public HashSet<string>? Seen => seen;

        public string Key { get; set; } = "";

        public int Index { get; set; } = -1;
    }
}
