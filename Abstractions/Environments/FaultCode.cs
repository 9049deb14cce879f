namespace MbMix;

/// <summary>Values of <see cref="EnvStep.Fault"/>.</summary>
public static class FaultCode
{
    /// <summary>The lane is valid.</summary>
    public const int None = 0;

    /// <summary>A state component is NaN, infinite or so large that the simulation has evidently exploded.</summary>
    public const int StateNotFinite = 1;

    /// <summary>A component of the given action was not finite.</summary>
    public const int ActionNotFinite = 2;

    /// <summary>The simulator itself reported an error for this lane.</summary>
    public const int Simulator = 3;
}
