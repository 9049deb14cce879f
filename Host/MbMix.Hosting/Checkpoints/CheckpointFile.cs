using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>
/// A file in the safetensors format: eight bytes with the length of a JSON header, the header, little-endian data. Our own
/// facts stand in <c>__metadata__</c>, among them a SHA-256 of the whole file, computed with the digest's own characters set to zero.
/// </summary>
internal sealed class CheckpointFile
{
    private const string DigestKey = "sha256";
    private const int MaximumHeader = 1 << 28;

    private CheckpointFile(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, CheckpointEntry> entries)
    {
        Metadata = metadata;
        Entries = entries;
    }

    /// <summary>What stands in <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The arrays by name.</summary>
    public IReadOnlyDictionary<string, CheckpointEntry> Entries { get; }

    /// <summary>Writes a file that is either complete or absent, whatever happens: temporary name, flush, rename, flush of the folder.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, CheckpointEntry> entries)
    {
        // wide elements first keeps every array aligned without gaps, which the format forbids
        var ordered = entries.OrderByDescending(e => e.Value.ElementSize).ThenBy(e => e.Key, StringComparer.Ordinal).ToArray();
        byte[] head = Header(metadata, ordered);
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            hash.AppendData(head);
            foreach (var (_, entry) in ordered) hash.AppendData(entry.Data.Span);
            int at = head.AsSpan().IndexOf(Encoding.ASCII.GetBytes(BlankDigest));
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()), head.AsSpan(at));
        }
        AtomicFile.Write(path, stream =>
        {
            stream.Write(head);
            foreach (var (_, entry) in ordered) stream.Write(entry.Data.Span);
        });
    }

    /// <summary>Reads and verifies a file.</summary>
    /// <exception cref="MbMixException">The file is not one of ours or is damaged; the message says how.</exception>
    public static CheckpointFile Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        string name = Path.GetFileName(path);
        if (file.Length < 8) throw new MbMixException($"{name} is damaged: it has {file.Length} bytes, less than a header.");
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (headerLength > MaximumHeader || headerLength > (ulong)(file.Length - 8))
        {
            throw new MbMixException($"{name} is damaged: its header of {headerLength} bytes does not fit into {file.Length} bytes.");
        }
        int dataStart = 8 + (int)headerLength;
        try
        {
            using var header = JsonDocument.Parse(file.AsMemory(8, (int)headerLength));
            var metadata = new Dictionary<string, string>();
            var entries = new Dictionary<string, CheckpointEntry>();
            foreach (var property in header.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (var item in property.Value.EnumerateObject()) metadata[item.Name] = item.Value.GetString() ?? "";
                }
                else
                {
                    entries.Add(property.Name, ReadEntry(property, file.AsMemory(dataStart)));
                }
            }
            Verify(name, file, dataStart, metadata);
            return new CheckpointFile(metadata, entries);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw new MbMixException($"{name} is damaged: its header is not readable ({OneLine.Of(e)}).", e);
        }
    }

    private static string BlankDigest => new('0', 64);

    private static CheckpointEntry ReadEntry(JsonProperty property, ReadOnlyMemory<byte> data)
    {
        string type = property.Value.GetProperty("dtype").GetString()!;
        int size = ElementTypes.SizeOf(type) ?? throw new FormatException($"unknown type {type}");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        var offsets = property.Value.GetProperty("data_offsets");
        int begin = offsets[0].GetInt32(), end = offsets[1].GetInt32();
        long elements = shape.Aggregate(1L, (product, d) => checked(product * d));
        if (begin < 0 || end > data.Length || elements * size != end - begin) throw new FormatException($"{property.Name} does not fit its data");
        return new CheckpointEntry(type, size, shape, data[begin..end]);
    }

    private static void Verify(string name, byte[] file, int dataStart, Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(DigestKey, out string? digest) || digest.Length != 64) throw new MbMixException($"{name} is not a checkpoint of MbMix: it carries no checksum.");
        int at = file.AsSpan(0, dataStart).IndexOf(Encoding.ASCII.GetBytes(digest));
        Encoding.ASCII.GetBytes(BlankDigest, file.AsSpan(at));
        if (Convert.ToHexStringLower(SHA256.HashData(file)) != digest) throw new MbMixException($"{name} is damaged: its checksum does not match its contents.");
    }

    private static byte[] Header(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<KeyValuePair<string, CheckpointEntry>> ordered)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(DigestKey, BlankDigest);
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, entry) in ordered)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", entry.Type);
                json.WriteStartArray("shape");
                foreach (long d in entry.Shape) json.WriteNumberValue(d);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += entry.Data.Length;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // spaces after the JSON bring the data to a multiple of eight
        int length = (int)(buffer.Length + 7) / 8 * 8;
        byte[] head = new byte[8 + length];
        head.AsSpan(8).Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(head, length);
        buffer.GetBuffer().AsSpan(0, (int)buffer.Length).CopyTo(head.AsSpan(8));
        return head;
    }
}
