using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MbMix.Storage;

/// <summary>
/// A file in the safetensors format: eight bytes with the length of a JSON header, the header, and little-endian data.
/// MbMix keeps its own texts in the header's <c>__metadata__</c>. One of them is a SHA-256 digest of the whole file,
/// computed with the digest's own characters replaced by zeros.
/// </summary>
internal sealed class SafetensorsFile
{
    private const string DigestKey = "sha256";

    private SafetensorsFile(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, SafetensorsEntry> entries)
    {
        Metadata = metadata;
        Entries = entries;
    }

    /// <summary>The texts in <c>__metadata__</c>, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The arrays, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>
    /// Writes a file. Whatever happens, it is either complete or absent: it gets a temporary name, is flushed and
    /// renamed, and its folder is flushed.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>, by name.</param>
    /// <param name="entries">Arrays, by name.</param>
    /// <param name="temporary">
    /// Path of the temporary file; by default <paramref name="path"/> followed by <c>.tmp</c>.
    /// </param>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata,
        IReadOnlyDictionary<string, SafetensorsEntry> entries,
        string? temporary = null)
    {
        // writing wide elements first aligns every array without gaps, which the format does not allow
        var ordered = entries.OrderByDescending(e => e.Value.ElementSize)
            .ThenBy(e => e.Key, StringComparer.Ordinal)
            .ToArray();
        byte[] head = Header(metadata, ordered);
        long length = head.Length + ordered.Sum(e => (long)e.Value.Data.Length);
        if (head.Length > DocumentKind.Checkpoint.MaximumBytes || length > Array.MaxLength)
        {
            string name = Path.GetFileName(path);
            throw new MbMixException(
                $"{name} would have {length} bytes, {head.Length} of them header; keep large data in row logs.");
        }
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
        }, temporary);
    }

    /// <summary>Reads and verifies a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">What messages call the file; by default its name without its folder.</param>
    /// <exception cref="MbMixException">
    /// The file was not written by MbMix or is damaged; the message says how.
    /// </exception>
    public static SafetensorsFile Read(string path, string? name = null)
    {
        name ??= Path.GetFileName(path);
        using var stream = RegularFile.OpenRead(path);
        if (stream.Length < 8)
            throw new MbMixException($"{name} is damaged: it has {stream.Length} bytes, less than a header.");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)DocumentKind.Checkpoint.MaximumBytes || headerLength > (ulong)(stream.Length - 8))
        {
            throw new MbMixException(
                $"{name} is damaged: its header of {headerLength} bytes does not fit into {stream.Length} bytes.");
        }
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        int dataStart = 8 + header.Length;
        var (metadata, layout) = ReadHeader(name, header);
        // check the length first, so that no memory is allocated for data that the file does not have
        long dataLength = layout.Count == 0 ? 0 : layout.Max(e => e.End);
        if (dataStart + dataLength != stream.Length || stream.Length > Array.MaxLength)
        {
            throw new MbMixException(
                $"{name} is damaged: its arrays need {dataStart + dataLength} bytes, it has {stream.Length}.");
        }
        byte[] file = new byte[stream.Length];
        prefix.CopyTo(file);
        header.CopyTo(file, prefix.Length);
        stream.ReadExactly(file.AsSpan(dataStart));
        Verify(name, file, dataStart, metadata);
        var data = new ReadOnlyMemory<byte>(file, dataStart, (int)dataLength);
        SafetensorsEntry Entry(Place place) =>
            new(place.Type, place.ElementSize, place.Shape, data[(int)place.Begin..(int)place.End]);
        return new SafetensorsFile(metadata, layout.ToDictionary(place => place.Name, Entry));
    }

    private static string BlankDigest => new('0', 64);

    private static (Dictionary<string, string> Metadata, List<Place> Layout) ReadHeader(string name, byte[] header)
    {
        var metadata = new Dictionary<string, string>();
        var layout = new List<Place>();
        var json = DocumentReader.Parse(header, $"{name} is damaged: its header", DocumentKind.Checkpoint);
        foreach (var (key, value) in json.Members())
        {
            if (key == "__metadata__")
            {
                foreach (var (item, text) in value.Members()) metadata[item] = text.Text();
            }
            else
            {
                layout.Add(ReadPlace(key, value));
            }
        }
        return (metadata, layout);
    }

    private static Place ReadPlace(string name, DocumentValue value)
    {
        value.AllowOnly("dtype", "shape", "data_offsets");
        var dtype = value.Get("dtype", "an element type");
        string type = dtype.Text();
        int size = ElementTypes.SizeOf(type) ?? throw dtype.Wrong("an element type such as F32");
        var axes = value.Get("shape", "a list of sizes");
        var offsets = value.Get("data_offsets", "[begin, end]");
        if (!offsets.IsArray || offsets.Count != 2) throw offsets.Wrong("[begin, end]");
        long[] shape = [.. axes.Elements().Select(d => d.Integer(0))];
        long[] ends = [.. offsets.Elements().Select(o => o.Integer(0, Array.MaxLength))];
        // a size of 0 on any axis makes the product 0, however large the other sizes are
        Int128 bytes = size;
        foreach (long d in shape) bytes = bytes > Array.MaxLength && !shape.Contains(0) ? bytes : bytes * d;
        if (bytes != ends[1] - ends[0])
        {
            string shown = OneLine.Value(string.Join(", ", shape));
            throw value.Error($"its shape [{shown}] does not fit its {ends[1] - ends[0]} bytes.");
        }
        return new Place(name, type, size, shape, ends[0], ends[1]);
    }

    private static void Verify(string name, byte[] file, int dataStart, Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(DigestKey, out string? digest) || digest.Length != 64
            || !digest.All(char.IsAsciiHexDigitLower))
        {
            throw new MbMixException($"{name} was not written by MbMix: it carries no checksum.");
        }
        int at = file.AsSpan(0, dataStart).IndexOf(Encoding.ASCII.GetBytes(digest));
        if (at >= 0) Encoding.ASCII.GetBytes(BlankDigest, file.AsSpan(at));
        if (Convert.ToHexStringLower(SHA256.HashData(file)) != digest)
            throw new MbMixException($"{name} is damaged: its checksum does not match its contents.");
    }

    private sealed record Place(string Name, string Type, int ElementSize, long[] Shape, long Begin, long End);

    private static byte[] Header(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<KeyValuePair<string, SafetensorsEntry>> ordered)
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
        // pad the JSON with spaces, so that the data begins at a multiple of eight
        int length = (int)(buffer.Length + 7) / 8 * 8;
        byte[] head = new byte[8 + length];
        head.AsSpan(8).Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(head, length);
        buffer.GetBuffer().AsSpan(0, (int)buffer.Length).CopyTo(head.AsSpan(8));
        return head;
    }
}
