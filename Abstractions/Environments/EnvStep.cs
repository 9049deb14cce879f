using TorchSharp;

namespace MbMix;

/// <summary>The result of one control step. The caller owns the tensors.</summary>
/// <param name="NextState">State after the step, <c>[B, S]</c>.</param>
/// <param name="Observation">Observation of the state after the step, before any reset, <c>[B, O]</c>.</param>
/// <param name="Reward">Reward <c>[B]</c>.</param>
/// <param name="Terminated">
/// Bool <c>[B]</c>: whether the task itself ended here. A time limit is not termination.
/// </param>
/// <param name="Fault">
/// Int32 <c>[B]</c>: 0 if the lane is valid, else the reason why not (see <see cref="FaultCode"/>).
/// </param>
public readonly record struct EnvStep(
    torch.Tensor NextState,
    torch.Tensor Observation,
    torch.Tensor Reward,
    torch.Tensor Terminated,
    torch.Tensor Fault) : IDisposable
{
    /// <summary>Disposes all five tensors.</summary>
    public void Dispose()
    {
        NextState.Dispose();
        Observation.Dispose();
        Reward.Dispose();
        Terminated.Dispose();
        Fault.Dispose();
    }
}
