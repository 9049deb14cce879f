using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Storage;

/// <summary>
/// A value in a document that <see cref="DocumentReader"/> found sound. Asking for what it is not is an error that
/// names the place.
/// </summary>
internal sealed class DocumentValue
{
    private readonly JsonElement element;
    private readonly string document;
    private readonly DocumentKind kind;
    private readonly DocumentValue? parent;
    private readonly string? key;
    private readonly int index;

    /// <summary>The root of a document.</summary>
    public DocumentValue(JsonElement element, string document, DocumentKind kind) =>
        (this.element, this.document, this.kind) = (element, document, kind);

    private DocumentValue(JsonElement element, DocumentValue parent, string? key, int index)
        : this(element, parent.document, parent.kind) => (this.parent, this.key, this.index) = (parent, key, index);

    /// <summary>Whether it is <c>null</c>.</summary>
    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is a text.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => element.ValueKind == JsonValueKind.Number;

    /// <summary>Number of elements of an array.</summary>
    public int Count => element.GetArrayLength();

    /// <summary>The elements of an array.</summary>
    public IEnumerable<DocumentValue> Elements()
    {
        Expect(JsonValueKind.Array, "a list");
        return element.EnumerateArray().Select((value, i) => new DocumentValue(value, this, null, i));
    }

    /// <summary>The members of an object.</summary>
    public IEnumerable<KeyValuePair<string, DocumentValue>> Members()
    {
        ExpectObject();
        return element.EnumerateObject()
            .Select(p => KeyValuePair.Create(p.Name, new DocumentValue(p.Value, this, p.Name, 0)));
    }

    /// <summary>A member that may be absent or <c>null</c>.</summary>
    public DocumentValue? Find(string key)
    {
        ExpectObject();
        bool given = element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;
        return given ? new DocumentValue(value, this, key, 0) : null;
    }

    /// <summary>A member that must be there.</summary>
    /// <param name="key">Key.</param>
    /// <param name="expected">What it should be, for the message.</param>
    public DocumentValue Get(string key, string expected)
    {
        ExpectObject();
        return element.TryGetProperty(key, out var value)
            ? new DocumentValue(value, this, key, 0)
            : throw Error($"'{OneLine.Value(PlaceOf(key))}' is missing; {expected} is expected.");
    }

    /// <summary>Refuses members with other keys.</summary>
    public void AllowOnly(params ReadOnlySpan<string> keys)
    {
        ExpectObject();
        foreach (var property in element.EnumerateObject())
        {
            if (keys.Contains(property.Name)) continue;
            string hint = Suggestion.For(property.Name, keys.ToArray());
            throw Error($"the key '{OneLine.Value(PlaceOf(property.Name))}' is unknown.{hint}");
        }
    }

    /// <summary>Refuses anything but an object.</summary>
    public void ExpectObject() => Expect(JsonValueKind.Object, "a JSON object");

    /// <summary>A text.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String, "a text");
        return element.GetString()!;
    }

    /// <summary>A text that says something.</summary>
    public string Word() =>
        Text() is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong("a text that is not empty");

    /// <summary>A whole number within limits.</summary>
    public long Integer(long minimum = long.MinValue, long maximum = long.MaxValue)
    {
        if (element.ValueKind == JsonValueKind.Number && Whole(out long value) && value >= minimum && value <= maximum)
            return value;
        throw Wrong((minimum, maximum) switch
        {
            (long.MinValue, _) => "a whole number of 64 bits",
            (_, long.MaxValue) => $"a whole number of at least {minimum}",
            _ => $"a whole number between {minimum} and {maximum}",
        });
    }

    /// <summary>A number; documents hold finite ones only.</summary>
    public double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        return element.GetDouble();
    }

    /// <summary>True or false.</summary>
    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>A list of texts.</summary>
    public List<string> Texts() => [.. Elements().Select(e => e.Text())];

    /// <summary>An object as nodes that can be changed.</summary>
    public JsonObject ToObject()
    {
        ExpectObject();
        return JsonObject.Create(element)!;
    }

    /// <summary>Any value as a node; null for <c>null</c>.</summary>
    public JsonNode? ToNode() => element.Deserialize<JsonNode>();

    /// <summary>The error that this value is not what is expected.</summary>
    public MbMixException Wrong(string expected) => Error($"{Subject} is {Show()}; {expected} is expected.");

    /// <summary>An error about this value.</summary>
    public MbMixException Error(string message) => kind.Error($"{document}: {message}");

    private string Place => (parent, key) switch
    {
        (null, _) => "",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{parent.Place}[{index}]"),
        _ => parent.PlaceOf(key),
    };

    private string Subject => parent is null ? "the document" : $"'{OneLine.Value(Place)}'";

    private bool Whole(out long value)
    {
        if (element.TryGetInt64(out value)) return true;
        // people write 1e6
        double number = element.GetDouble();
        value = Math.Abs(number) < 9e15 ? (long)number : 0;
        return value == number;
    }

    private string Show() => element.ValueKind switch
    {
        JsonValueKind.Array => $"a list of {element.GetArrayLength()}",
        JsonValueKind.Object => "an object",
        _ => OneLine.Value(element.GetRawText()),
    };

    private void Expect(JsonValueKind expected, string words)
    {
        if (element.ValueKind != expected) throw Wrong(words);
    }

    private string PlaceOf(string name) => parent is null ? name : $"{Place}.{name}";
}
