using TorchSharp;

namespace MbMix;

/// <summary>Writes the entries of a checkpoint. Names are unique within a section.</summary>
public interface ICheckpointWriter
{
    /// <summary>Returns a writer whose entries go into a section.</summary>
    /// <param name="name">Name of the section.</param>
    ICheckpointWriter Section(string name);

    /// <summary>Stores a copy of a tensor of any shape.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="value">The tensor; the caller keeps ownership.</param>
    void Write(string name, torch.Tensor value);

    /// <summary>Stores plain values, such as the moments of an optimizer or counters.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="values">The values.</param>
    void Write<T>(string name, ReadOnlySpan<T> values) where T : unmanaged;

    /// <summary>
    /// Stores a growing log of rows of fixed size, such as replay data, in append-only segments beside the checkpoint.
    /// Only rows that no earlier checkpoint holds are requested.
    /// </summary>
    /// <param name="name">Name of the log.</param>
    /// <param name="oldest">Number of the first row that is still needed; earlier rows may be dropped.</param>
    /// <param name="count">
    /// Number of rows written since the beginning of training. The log consists of rows <c>oldest .. count - 1</c>.
    /// </param>
    /// <param name="rowBytes">Size of a row in bytes.</param>
    /// <param name="read">Copies the row with a given number into a span.</param>
    void WriteRows(string name, long oldest, long count, int rowBytes, RowReader read);
}
