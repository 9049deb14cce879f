using System.Globalization;
using System.Text;

namespace MujocoSharp.Native;

/// <summary>
/// Reads the elements of an XML text the way MuJoCo's own parser does, which is more lenient than XML, so that a model
/// can be checked before that parser sees it. It works on bytes, so any encoding that agrees with ASCII will do.
/// </summary>
/// <param name="text">The text.</param>
internal ref struct MjcfReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly Stack<string> open = [];
    private int counted, line = 1;
    private int position = text.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;

    /// <summary>Number of open elements, the current one included.</summary>
    public readonly int Depth => open.Count + (Empty ? 1 : 0);

    /// <summary>Name of the current element.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>Attributes of the current element, with entities decoded.</summary>
    public List<(string Name, string Value)> Attributes { get; } = [];

    /// <summary>Whether the current element closes itself.</summary>
    public bool Empty { get; private set; }

    /// <summary>Line that the reader has reached, counted from 1.</summary>
    public int Line
    {
        get
        {
            line += text[counted..position].Count((byte)'\n');
            counted = position;
            return line;
        }
    }

    /// <summary>Offset of the outermost element's closing tag; -1 where it has none.</summary>
    public int RootEnd { get; private set; } = -1;

    /// <summary>Value of an attribute of the current element; null where it is missing.</summary>
    public readonly string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in Attributes)
            {
                if (name == attribute) return value;
            }
            return null;
        }
    }

    /// <summary>Advances to the next element.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="FormatException">The text is not XML.</exception>
    public bool Read()
    {
        while (true)
        {
            int start = text[position..].IndexOf((byte)'<');
            if (start < 0)
            {
                if (open.Count > 0) throw new FormatException($"the element {open.Peek()} is not closed");
                return false;
            }
            position += start;
            if (Skip("<!--", "-->") || Skip("<?", "?>") || Skip("<![CDATA[", "]]>") || Skip("<!", ">")) continue;
            if (position + 1 < text.Length && text[position + 1] == '/')
            {
                Close();
                continue;
            }
            position++;
            ReadElement();
            return true;
        }
    }

    private void ReadElement()
    {
        Name = ReadName();
        Attributes.Clear();
        while (true)
        {
            SkipSpace();
            byte next = Peek();
            if (next == '>' || next == '/')
            {
                Empty = next == '/';
                position++;
                if (Empty && Peek() != '>') throw new FormatException($"the element {Name} is malformed");
                if (Empty) position++;
                break;
            }
            string attribute = ReadName();
            SkipSpace();
            if (Peek() != '=') throw new FormatException($"the attribute {attribute} has no value");
            position++;
            SkipSpace();
            byte quote = Peek();
            int length = quote is (byte)'"' or (byte)'\'' ? text[(position + 1)..].IndexOf(quote) : -1;
            if (length < 0) throw new FormatException($"the value of the attribute {attribute} is not in quotes");
            Attributes.Add((attribute, Decode(Encoding.Latin1.GetString(text.Slice(position + 1, length)))));
            position += length + 2;
        }
        if (!Empty) open.Push(Name);
    }

    private void Close()
    {
        int start = position;
        position += 2;
        string name = ReadName();
        SkipSpace();
        if (Peek() != '>' || open.Count == 0 || open.Pop() != name)
            throw new FormatException($"the end of {name} has no beginning");
        position++;
        if (open.Count == 0 && RootEnd < 0) RootEnd = start;
    }

    private bool Skip(string start, string end)
    {
        if (!StartsWith(start)) return false;
        int length = text[(position + start.Length)..].IndexOf(Encoding.ASCII.GetBytes(end));
        if (length < 0) throw new FormatException($"there is no end of '{start}'");
        position += start.Length + length + end.Length;
        return true;
    }

    private readonly bool StartsWith(string start)
    {
        if (text.Length - position < start.Length) return false;
        for (int i = 0; i < start.Length; i++)
        {
            if (text[position + i] != start[i]) return false;
        }
        return true;
    }

    private string ReadName()
    {
        int start = position;
        if (IsNameStart(Peek()))
        {
            while (position < text.Length && IsNamePart(text[position])) position++;
        }
        if (position == start) throw new FormatException("a name was expected");
        return Encoding.Latin1.GetString(text[start..position]);
    }

    private void SkipSpace()
    {
        while (position < text.Length && IsSpace(text[position])) position++;
    }

    private readonly byte Peek() => position < text.Length ? text[position] : (byte)0;

    private static bool IsNameStart(byte c) => c >= 128 || char.IsAsciiLetter((char)c) || c is (byte)'_' or (byte)':';

    private static bool IsNamePart(byte c) =>
        IsNameStart(c) || char.IsAsciiDigit((char)c) || c is (byte)'.' or (byte)'-';

    private static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or 11 or 12;

    private static string Decode(string value)
    {
        if (!value.Contains('&')) return value;
        var decoded = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            int end = value[i] == '&' ? value.IndexOf(';', i) : -1;
            string? replacement = end < 0 ? null : Entity(value[(i + 1)..end]);
            decoded.Append(replacement ?? value[i..(i + 1)]);
            if (replacement is not null) i = end;
        }
        return decoded.ToString();
    }

    private static string? Entity(string name) => name switch
    {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "apos" => "'",
        "quot" => "\"",
        ['#', 'x', .. var digits] => Character(digits, NumberStyles.AllowHexSpecifier),
        ['#', .. var digits] => Character(digits, NumberStyles.None),
        _ => null,
    };

    private static string? Character(string digits, NumberStyles style)
    {
        bool parsed = int.TryParse(digits, style, CultureInfo.InvariantCulture, out int code);
        return parsed && code is > 0 and < 0xD800 ? ((char)code).ToString() : null;
    }
}
