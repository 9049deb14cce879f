namespace MbMix.Simulation;

/// <summary>
/// How a traced environment is executed. Derive the options of an environment from this class to offer these settings
/// on the command line.
/// </summary>
public class TracedEnvOptions
{
    /// <summary>Floating-point type: single for training, double for verification. Default single.</summary>
    public Precision Precision { get; set; } = Precision.Single;

    /// <summary>
    /// SIMD width, to be forced in tests. Default auto: the widest of the machine. Results do not depend on it.
    /// </summary>
    public VectorWidth Width { get; set; } = VectorWidth.Auto;

    /// <summary>Interpret the physics instead of compiling it: the same results, but slower. Default false.</summary>
    public bool Interpret { get; set; }
}
