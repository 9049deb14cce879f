using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>Collects the parts of a checkpoint in memory; rows go straight to their segments.</summary>
internal sealed class CheckpointWriter(
    string prefix, IDictionary<string, SafetensorsEntry> entries, CheckpointWriter.RowHandler? rows) : ICheckpointWriter
{
    /// <summary>Receives a row log under its full name.</summary>
    public delegate void RowHandler(string name, long oldest, long count, int rowBytes, RowReader read);

    /// <inheritdoc/>
    public ICheckpointWriter Section(string name) => new CheckpointWriter(prefix + name + ".", entries, rows);

    /// <inheritdoc/>
    public void Write(string name, torch.Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        var plain = value.detach().cpu().contiguous();
        string type = ElementTypes.Of(plain.dtype);
        byte[] data = plain.numel() == 0 ? [] : plain.bytes.ToArray();
        Add(name, new SafetensorsEntry(type, ElementTypes.SizeOf(type)!.Value, [.. plain.shape], data));
    }

    /// <inheritdoc/>
    public void Write<T>(string name, ReadOnlySpan<T> values) where T : unmanaged
    {
        var (type, size, shape) = ElementTypes.Of<T>(values.Length);
        Add(name, new SafetensorsEntry(type, size, shape, MemoryMarshal.AsBytes(values).ToArray()));
    }

    /// <inheritdoc/>
    public void WriteRows(string name, long oldest, long count, int rowBytes, RowReader read) =>
        rows?.Invoke(prefix + name, oldest, count, rowBytes, read);

    private void Add(string name, SafetensorsEntry entry)
    {
        if (!entries.TryAdd(prefix + name, entry))
            throw new MbMixException(
                $"A checkpoint was given '{prefix + name}' twice; names must be unique within a section.");
    }
}
