namespace MbMix.Numerics;

/// <summary>Memory for the result of one control step of B lanes, as <see cref="EnvStep"/> describes it.</summary>
/// <param name="spec">Description of the environment.</param>
/// <param name="lanes">Number of lanes B.</param>
internal sealed class ArrayStep<T>(EnvSpec spec, int lanes)
    where T : unmanaged
{
    /// <summary>State after the step, <c>[B, S]</c>.</summary>
    public T[] NextState { get; } = new T[lanes * spec.State.Size];

    /// <summary>Observation of the state after the step, <c>[B, O]</c>.</summary>
    public T[] Observation { get; } = new T[lanes * spec.Observation.Size];

    /// <summary>Reward <c>[B]</c>.</summary>
    public T[] Reward { get; } = new T[lanes];

    /// <summary>Whether the task itself ended here, <c>[B]</c>.</summary>
    public bool[] Terminated { get; } = new bool[lanes];

    /// <summary>0 if the lane is valid, else the reason why not, <c>[B]</c>.</summary>
    public int[] Fault { get; } = new int[lanes];
}
