using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Storage;

/// <summary>
/// A value in a sound document, as read by <see cref="DocumentReader"/>. Asking for the wrong type throws an error that
/// names the place in the document.
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

    /// <summary>Whether the value is <c>null</c>.</summary>
    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    /// <summary>Whether the value is an array.</summary>
    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether the value is a number.</summary>
    public bool IsNumber => element.ValueKind == JsonValueKind.Number;

    /// <summary>Number of elements of an array.</summary>
    public int Count => element.GetArrayLength();

    /// <summary>Lists the elements of an array.</summary>
    public IEnumerable<DocumentValue> Elements()
    {
        Expect(JsonValueKind.Array, "a list");
        return element.EnumerateArray().Select((value, i) => new DocumentValue(value, this, null, i));
    }

    /// <summary>Lists the members of an object.</summary>
    public IEnumerable<KeyValuePair<string, DocumentValue>> Members()
    {
        ExpectObject();
        return element.EnumerateObject()
            .Select(p => KeyValuePair.Create(p.Name, new DocumentValue(p.Value, this, p.Name, 0)));
    }

    /// <summary>Returns a member of an object; null if it is absent or <c>null</c>.</summary>
    public DocumentValue? Find(string key)
    {
        ExpectObject();
        bool given = element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;
        return given ? new DocumentValue(value, this, key, 0) : null;
    }

    /// <summary>Returns a member of an object that must be present.</summary>
    /// <param name="key">Key of the member.</param>
    /// <param name="expected">What the member should be, for the message if it is missing.</param>
    public DocumentValue Get(string key, string expected)
    {
        ExpectObject();
        return element.TryGetProperty(key, out var value)
            ? new DocumentValue(value, this, key, 0)
            : throw Error($"'{OneLine.Value(PlaceOf(key))}' is missing; {expected} is expected.");
    }

    /// <summary>Throws if an object has members with other keys.</summary>
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

    /// <summary>Throws if the value is not an object.</summary>
    public void ExpectObject() => Expect(JsonValueKind.Object, "a JSON object");

    /// <summary>Returns the value as a text.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String, "a text");
        return element.GetString()!;
    }

    /// <summary>Returns the value as a text that is not blank.</summary>
    public string Word() =>
        Text() is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong("a text that is not empty");

    /// <summary>Returns the value as a whole number within limits.</summary>
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

    /// <summary>Returns the value as a number, which is always finite in a sound document.</summary>
    public double Number()
    {
        Expect(JsonValueKind.Number, "a number");
        return element.GetDouble();
    }

    /// <summary>Returns the value as true or false.</summary>
    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>Returns the value as a list of texts.</summary>
    public List<string> Texts() => [.. Elements().Select(e => e.Text())];

    /// <summary>Copies an object into nodes that can be changed.</summary>
    public JsonObject ToObject()
    {
        ExpectObject();
        return JsonObject.Create(element)!;
    }

    /// <summary>Copies any value into a node; null for <c>null</c>.</summary>
    public JsonNode? ToNode() => element.Deserialize<JsonNode>();

    /// <summary>Creates the exception that says this value is not what is expected.</summary>
    public MbMixException Wrong(string expected) => Error($"{Subject} is {Show()}; {expected} is expected.");

    /// <summary>Creates an exception about this value.</summary>
    public MbMixException Error(string message) => kind.Error($"{document}: {message}");

    private string Place => (parent, key) switch
    {
        (null, _) => "",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{parent.Place}[{index}]"),
        _ => parent.PlaceOf(key),
    };

    private string Subject => parent is null ? kind.Whole : $"'{OneLine.Value(Place)}'";

    private bool Whole(out long value)
    {
        if (element.TryGetInt64(out value)) return true;
        // accept whole numbers written as 1e6
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
