using System.Text.Json;
using System.Text.Unicode;

namespace MbMix.Storage;

/// <summary>Checks the tokens of a document in one pass, before values are built from them.</summary>
internal static class DocumentScan
{
    /// <summary>Checks everything that the parser does not check, or checks only when a value is used.</summary>
    /// <exception cref="MbMixException">The document is not sound.</exception>
    public static void Check(ReadOnlySpan<byte> content, string name, DocumentKind kind)
    {
        if (content.Trim(" \t\r\n"u8).IsEmpty) throw kind.Error($"{name} is empty; a JSON object is expected.");
        if (!Utf8.IsValid(content)) throw kind.Error($"{name} is not valid JSON: {InvalidAt(content)}");
        var reader = new Utf8JsonReader(content, new JsonReaderOptions
        {
            MaxDepth = DocumentReader.MaximumDepth,
            AllowTrailingCommas = kind.Lenient,
            CommentHandling = kind.Lenient ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
        });
        var place = new DocumentPlace(kind.Whole);
        int values = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    place.Leave();
                    continue;
                }
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    string key = Text(ref reader)
                        ?? throw kind.Error(
                            $"{name}: a key in {place.OrRoot} has a lone surrogate; whole characters are expected.");
                    if (!place.Name(key))
                        throw kind.Error($"{name}: '{place}' appears twice; each key is expected once.");
                    continue;
                }
                place.Next();
                if (++values > kind.MaximumValues)
                    throw kind.Error($"{name} has too many values; at most {kind.MaximumValues} are read.");
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        place.Enter(isObject: true);
                        break;
                    case JsonTokenType.StartArray:
                        place.Enter(isObject: false);
                        break;
                    case JsonTokenType.String when Text(ref reader) is null:
                        throw kind.Error($"{name}: {place.Value} has a lone surrogate; whole characters are expected.");
                    case JsonTokenType.Number when !reader.TryGetDouble(out double number) || !double.IsFinite(number):
                        string shown = OneLine.Value(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                        throw kind.Error(
                            $"{name}: {place.Value} is {shown}; a number between -1.8e308 and 1.8e308 is expected.");
                }
            }
        }
        catch (JsonException e)
        {
            throw kind.Error($"{name} is not valid JSON: {Reason(e)}", e);
        }
    }

    /// <summary>The parser's message, preceded by its line and byte, counted from 1.</summary>
    public static string Reason(JsonException e)
    {
        string reason = e.Message;
        int appendix = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (appendix >= 0) reason = reason[..appendix];
        if (reason.StartsWith("'/' is ", StringComparison.Ordinal)) reason = "comments are not allowed.";
        return $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {OneLine.Limit(reason, taken: 160)}";
    }

    // null for a lone surrogate, which only an escape sequence can produce
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string InvalidAt(ReadOnlySpan<byte> content)
    {
        int low = 0, high = content.Length;
        // find the longest valid prefix by bisection, to within the bytes of one character
        while (high - low > 4)
        {
            int middle = (low + high) / 2;
            if (FaultIn(content[..middle])) high = middle;
            else low = middle;
        }
        return $"it is not UTF-8 near byte {low + 1}.";
    }

    // a character that is merely cut off at the end does not count
    private static bool FaultIn(ReadOnlySpan<byte> prefix)
    {
        for (int cut = 0; cut < 4 && cut <= prefix.Length; cut++)
        {
            if (Utf8.IsValid(prefix[..^cut])) return false;
        }
        return true;
    }
}
