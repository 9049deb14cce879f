using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A copy of a batch, which shows whether a model has changed the batch in place.</summary>
internal sealed class BatchCopy : IDisposable
{
    private readonly List<(string Name, Tensor Original, Tensor Copy)> parts = [];

    /// <summary>Copies a batch.</summary>
    public BatchCopy(TransitionBatch batch)
    {
        Add(nameof(batch.State), batch.State);
        Add(nameof(batch.Action), batch.Action);
        Add(nameof(batch.NextState), batch.NextState);
        Add(nameof(batch.Directions), batch.Directions);
        Add(nameof(batch.StateProducts), batch.StateProducts);
        Add(nameof(batch.ActionProducts), batch.ActionProducts);
    }

    /// <summary>The name of a part that is not as it was; null if all are.</summary>
    public string? FindChange() => parts
        .Where(p => p.Original.IsInvalid || !TensorChecks.SameBits(p.Original, p.Copy))
        .Select(p => p.Name).FirstOrDefault();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, copy) in parts) copy.Dispose();
    }

    private void Add(string name, Tensor? tensor)
    {
        if (tensor is null || tensor.IsInvalid || !tensor.is_contiguous()) return;
        using var quiet = torch.no_grad();
        parts.Add((name, tensor, tensor.clone().DetachFromDisposeScope()));
    }
}
