using System.Globalization;
using System.Text;

namespace MbMix.Hosting;

/// <summary>Where in a document a reader is, and which keys of the objects around it have been seen.</summary>
internal sealed class DocumentPlace
{
    private readonly List<Level> levels = [];

    /// <summary>The place for a message, where the document itself has no name.</summary>
    public string OrRoot => levels.Count <= 1 ? "the document" : $"'{Path(levels.Count - 1)}'";

    /// <summary>Begins an object or an array.</summary>
    public void Enter(bool isObject) =>
        levels.Add(new Level(isObject ? new HashSet<string>(StringComparer.Ordinal) : null));

    /// <summary>Ends it.</summary>
    public void Leave() => levels.RemoveAt(levels.Count - 1);

    /// <summary>Takes the next key of an object.</summary>
    /// <returns>False when it was there before.</returns>
    public bool Name(string key)
    {
        levels[^1].Key = key;
        return levels[^1].Seen!.Add(key);
    }

    /// <summary>Takes the next value, which in an array is the next element.</summary>
    public void Next()
    {
        if (levels.Count > 0 && levels[^1].Seen is null) levels[^1].Index++;
    }

    /// <summary>The place as a person would write it: <c>arms[2].label</c>.</summary>
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
