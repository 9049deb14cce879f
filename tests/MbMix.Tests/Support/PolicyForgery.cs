using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace MbMix.Tests.Support;

/// <summary>
/// A sound policy file taken apart, to be written again with wrong contents and right checksums.
/// </summary>
internal sealed class PolicyForgery
{
    /// <summary>Takes a file apart.</summary>
    public PolicyForgery(string path)
    {
        var file = SafetensorsFile.Read(path);
        Metadata = file.Metadata.Where(m => m.Key != "sha256").ToDictionary(m => m.Key, m => m.Value);
        Entries = file.Entries.ToDictionary(e => e.Key, e => e.Value);
        Description = (JsonObject)JsonNode.Parse(Metadata["policy"])!;
    }

    /// <summary>Texts of the header; that of the description is written anew.</summary>
    public Dictionary<string, string> Metadata { get; }

    /// <summary>The tensors.</summary>
    public Dictionary<string, SafetensorsEntry> Entries { get; }

    /// <summary>The description of the policy.</summary>
    public JsonObject Description { get; }

    /// <summary>Replaces a tensor.</summary>
    public void Set(string name, params float[] values) => Entries[name] = new SafetensorsEntry(
        "F32", sizeof(float), [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Changes one number of a tensor.</summary>
    public void Poke(string name, int index, float value)
    {
        var entry = Entries[name];
        byte[] data = entry.Data.ToArray();
        MemoryMarshal.Write(data.AsSpan(index * sizeof(float)), value);
        Entries[name] = entry with { Data = data };
    }

    /// <summary>Writes the file with sound checksums.</summary>
    /// <param name="path">The file.</param>
    /// <param name="description">The description as text; by default <see cref="Description"/>.</param>
    public void Write(string path, string? description = null)
    {
        Metadata["policy"] = description ?? Description.ToJsonString();
        SafetensorsFile.Write(path, Metadata, Entries);
    }
}
