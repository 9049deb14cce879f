using TorchSharp;

namespace MbMix;

/// <summary>Reads the entries of a checkpoint.</summary>
public interface ICheckpointReader
{
    /// <summary>Returns a reader for the entries in a section.</summary>
    /// <param name="name">Name of the section.</param>
    ICheckpointReader Section(string name);

    /// <summary>Copies a stored tensor into an existing one, in place and outside autograd.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <param name="destination">A tensor of the same shape and type as the stored one.</param>
    /// <exception cref="MbMixException">The entry is missing or has another shape or type.</exception>
    void ReadInto(string name, torch.Tensor destination);

    /// <summary>Returns stored values.</summary>
    /// <param name="name">Name of the entry.</param>
    /// <exception cref="MbMixException">The entry is missing or has another type.</exception>
    T[] Read<T>(string name) where T : unmanaged;

    /// <summary>Passes every row of a log that the checkpoint holds to <paramref name="sink"/>, oldest first.</summary>
    /// <param name="name">Name of the log.</param>
    /// <param name="rowBytes">Size of a row in bytes.</param>
    /// <param name="sink">Receives the rows.</param>
    /// <returns>The number of rows written since the beginning of training.</returns>
    long ReadRows(string name, int rowBytes, RowSink sink);
}
