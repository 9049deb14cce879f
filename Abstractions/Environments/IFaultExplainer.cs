using TorchSharp;

namespace MbMix;

/// <summary>An environment that can explain why a lane became invalid.</summary>
public interface IFaultExplainer
{
    /// <summary>
    /// Repeats one control step of one lane in detail and tells which quantity went wrong first, and when.
    /// </summary>
    /// <param name="state">State before the step, <c>[S]</c> or <c>[1, S]</c>.</param>
    /// <param name="action">Action of the step, <c>[A]</c> or <c>[1, A]</c>.</param>
    /// <returns>One line for a human reader; empty if the reason cannot be told.</returns>
    string ExplainFault(torch.Tensor state, torch.Tensor action);
}
