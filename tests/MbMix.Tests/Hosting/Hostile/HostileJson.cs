using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace MbMix.Tests.Hostile;

/// <summary>Makes hostile documents from a sound one: the same seed and number give the same bytes.</summary>
internal sealed class HostileJson(string sound, int seed, params string[] paths)
{
    private const string Mark = "@@here@@";

    // what stands in place of a value, as it is written in the file
    private static readonly string[] Values =
    [
        "null", "[]", "{}", "\"\"", "0", "-1", "true", "1e999", "-1e999", "9223372036854775808", "-9223372036854775809",
            "1e18", "2147483648", "0.5", "1e-400",
        "\"Infinity\"", "\"NaN\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\n\\r\\u2028\"",
            "[null]", "[[]]", "{\"\":{}}",
        "{\"a\":1,\"a\":2}", "\"" + new string('x', 20_000) + "\"", "[" + string.Join(',', Enumerable.Repeat("0", 3000))
            + "]", "{\"" + new string('k', 20_000) + "\":1}",
        new string('[', 70)
            + new string(']', 70), new string('[', 100_000), "Infinity", "NaN", "'text'", "01", "1.", "-", "nul",
                "\"unclosed", "\"\t\"", "//", "\"..\"", "\".\"",
        "\"con:\"", "\"a/b\"", "\"a\\\\b\"", "1" + new string('0', 400), "0.1" + new string('0', 5000) + "1",
    ];

    private static readonly string[] Keys =
        ["\\ud800", "", "a\\u0000b", "..", "../x", new string('k', 20_000), "__metadata__", "\\n", "$type", "Key", "é"];

    // what stands in place of the whole document
    private static readonly byte[][] Documents =
    [
        [], "null"u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(), "\"\""u8.ToArray(), "0"u8.ToArray(),
            " \n\t "u8.ToArray(), [0], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE, 0x7B, 0x00],
        "{\"a\":\"\xC3\x28\"}".Select(c => (byte)c)
            .ToArray(), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 2000))),
                Encoding.Unicode.GetBytes("{\"a\":1}"),
        Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("0", 1_200_000)) + "]"),
            Encoding.UTF8.GetBytes("{\"a\":1} {}"), new byte[1000],
        Encoding.UTF8.GetBytes("{\"environments\":" + new string('[', 63) + new string(']', 63) + "}"),
    ];

    /// <summary>The input of a number, and how it was made.</summary>
    public (byte[] Content, string How) this[int number]
    {
        get
        {
            if (number < Documents.Length) return (Documents[number], $"whole document {number}");
            var random = new Random((number * 7919) ^ (seed * 104729));
            return (number % 8) switch
            {
                0 => Bytes(random),
                1 => Doubled(random),
                2 => Renamed(random),
                3 => Removed(random),
                _ => Replaced(random, number),
            };
        }
    }

    private (byte[] Content, string How) Replaced(Random random, int number)
    {
        string[] all = [.. Values, .. paths.Select(p => JsonValue.Create(p).ToJsonString())];
        // every value gets its turn, at some place
        string value = all[number % all.Length];
        var root = JsonNode.Parse(sound)!;
        var places = Places(root).ToList();
        var place = places[random.Next(places.Count)];
        Put(place, Mark);
        return (Text(root, $"\"{Mark}\"", value),
            $"{place.Node.GetPath()}{place.Key} = {value[..Math.Min(value.Length, 40)]}");
    }

    private (byte[] Content, string How) Doubled(Random random)
    {
        var root = JsonNode.Parse(sound)!;
        var objects = Places(root).Where(p => p.Node is JsonObject).ToList();
        var place = objects[random.Next(objects.Count)];
        var target = (JsonObject)place.Node;
        target[Mark] = target[place.Key]?.DeepClone();
        return (Text(root, $"\"{Mark}\"", JsonValue.Create(place.Key).ToJsonString()),
            $"{target.GetPath()}.{place.Key} twice");
    }

    private (byte[] Content, string How) Renamed(Random random)
    {
        var root = JsonNode.Parse(sound)!;
        var objects = Places(root).Where(p => p.Node is JsonObject).ToList();
        var place = objects[random.Next(objects.Count)];
        var target = (JsonObject)place.Node;
        var value = target[place.Key]?.DeepClone();
        if (random.Next(2) == 0) target.Remove(place.Key);
        target[Mark] = value;
        string key = Keys[random.Next(Keys.Length)];
        return (Text(root, Mark, key), $"{target.GetPath()} gets the key {key[..Math.Min(key.Length, 40)]}");
    }

    private (byte[] Content, string How) Removed(Random random)
    {
        var root = JsonNode.Parse(sound)!;
        var places = Places(root).ToList();
        var place = places[random.Next(places.Count)];
        if (place.Node is JsonObject target) target.Remove(place.Key);
        else ((JsonArray)place.Node).RemoveAt(int.Parse(place.Key, CultureInfo.InvariantCulture));
        return (Encoding.UTF8.GetBytes(root.ToJsonString()), $"{place.Key} is missing");
    }

    private (byte[] Content, string How) Bytes(Random random)
    {
        var content = Encoding.UTF8.GetBytes(sound).ToList();
        string how = "";
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(content.Count);
            switch (random.Next(5))
            {
                case 0: content.RemoveRange(at, content.Count - at); how += $" cut at {at}"; break;
                case 1: content[at] ^= (byte)(1 << random.Next(8)); how += $" bit at {at}"; break;
                case 2: content.InsertRange(at, [0xC3, 0x28]); how += $" invalid UTF-8 at {at}"; break;
                case 3: content.InsertRange(0, [0xEF, 0xBB, 0xBF]); how += " byte order mark"; break;
                default: content.Insert(at, 0); how += $" NUL at {at}"; break;
            }
            if (content.Count == 0) break;
        }
        return ([.. content], how);
    }

    private static byte[] Text(JsonNode root, string mark, string by) =>
        Encoding.UTF8.GetBytes(root.ToJsonString().Replace(mark, by, StringComparison.Ordinal));

    private static void Put((JsonNode Node, string Key) place, string value)
    {
        if (place.Node is JsonObject target) target[place.Key] = value;
        else place.Node[int.Parse(place.Key, CultureInfo.InvariantCulture)] = value;
    }

    private static IEnumerable<(JsonNode Node, string Key)> Places(JsonNode? node)
    {
        var children = node switch
        {
            JsonObject map => map.Select(p => (p.Key, p.Value)),
            JsonArray list => list.Select((v, i) => (i.ToString(CultureInfo.InvariantCulture), v)),
            _ => [],
        };
        foreach (var (key, child) in children.ToList())
        {
            yield return (node!, key);
            foreach (var below in Places(child)) yield return below;
        }
    }
}
