namespace MbMix.Sim.Native;

/// <summary>Options of <c>brax/grasp-v1</c>.</summary>
public sealed class GraspOptions : BraxOptions
{
    /// <summary>
    /// Whether the touch of every finger is rewarded. The published task means to, but two of its body indices are
    /// those of links that never touch and one is that of the target, so that only the thumb counts. Default false.
    /// </summary>
    public bool RewardAllFingers { get; set; }
}
