using TorchSharp;

namespace MbMix;

/// <summary>Gives back the parts of a checkpoint.</summary>
public interface ICheckpointReader
{
    /// <summary>A reader of the names that stand under <paramref name="name"/>.</summary>
    ICheckpointReader Section(string name);

    /// <summary>Copies a stored tensor into one of the same shape and type, in place and outside autograd.</summary>
    void ReadInto(string name, torch.Tensor destination);

    /// <summary>Stored values.</summary>
    T[] Read<T>(string name) where T : unmanaged;

    /// <summary>Hands back every row of a log that the checkpoint holds, oldest first.</summary>
    /// <returns>The number of rows written since the beginning of training.</returns>
    long ReadRows(string name, int rowBytes, RowSink sink);
}
