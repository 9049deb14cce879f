using System.IO.Compression;
using System.Text.Json;

namespace MbMix.Cluster;

/// <summary>An entry as the store has it: compressed JSON, because most of it is names and hashes.</summary>
internal static class StoredEntry
{
    /// <summary>Writes an entry.</summary>
    public static byte[] Write(RunEntry entry)
    {
        using var target = new MemoryStream();
        using (var compressed = new DeflateStream(target, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(compressed, entry, Wire.Json);
        }
        return target.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <exception cref="StoreException">It is something else.</exception>
    public static RunEntry Read(byte[] stored)
    {
        try
        {
            using var content = new DeflateStream(new MemoryStream(stored), CompressionMode.Decompress);
            return JsonSerializer.Deserialize<RunEntry>(content, Wire.Json)
                ?? throw new StoreException("the store has an entry without a run.");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new StoreException($"the store has an entry that is no run ({OneLine.Of(e)}): start with another "
                + "folder, or with another server.", e);
        }
    }
}
