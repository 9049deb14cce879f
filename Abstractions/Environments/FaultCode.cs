namespace MbMix;

/// <summary>Values of <see cref="EnvStep.Fault"/>.</summary>
public static class FaultCode
{
    /// <summary>The lane is valid.</summary>
    public const int None = 0;

    /// <summary>A state component is NaN, infinite or beyond the limit the simulator takes for an explosion.</summary>
    public const int StateNotFinite = 1;

    /// <summary>The action handed in was not finite.</summary>
    public const int ActionNotFinite = 2;

    /// <summary>The simulator itself reported an error for this lane.</summary>
    public const int Simulator = 3;
}
