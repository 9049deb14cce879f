using TorchSharp;

namespace MbMix;

/// <summary>Takes the parts of a checkpoint. Names are unique within a section.</summary>
public interface ICheckpointWriter
{
    /// <summary>A writer whose names all stand under <paramref name="name"/>.</summary>
    ICheckpointWriter Section(string name);

    /// <summary>Stores a copy of a tensor of any shape.</summary>
    void Write(string name, torch.Tensor value);

    /// <summary>Stores plain values, such as optimizer moments or counters.</summary>
    void Write<T>(string name, ReadOnlySpan<T> values) where T : unmanaged;

    /// <summary>
    /// Stores a growing log of fixed-size rows, such as replay data, in append-only segments beside the checkpoint: only rows that no
    /// earlier checkpoint holds are asked for.
    /// </summary>
    /// <param name="name">Name of the log.</param>
    /// <param name="oldest">First row that is still needed; earlier rows may be dropped.</param>
    /// <param name="count">Rows written since the beginning of training; the log's rows are <c>oldest .. count - 1</c>.</param>
    /// <param name="rowBytes">Size of a row.</param>
    /// <param name="read">Copies the row of the given number into the span.</param>
    void WriteRows(string name, long oldest, long count, int rowBytes, RowReader read);
}
