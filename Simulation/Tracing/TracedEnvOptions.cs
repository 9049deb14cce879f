namespace MbMix.Simulation;

/// <summary>How a traced environment is executed. Derive an environment's options from it to offer these on the command line.</summary>
public class TracedEnvOptions
{
    /// <summary>Floating-point type: single for training, double for checks. Default single.</summary>
    public Precision Precision { get; set; } = Precision.Single;

    /// <summary>SIMD width to force, for tests. Default auto: the widest the machine has. Results do not depend on it.</summary>
    public VectorWidth Width { get; set; } = VectorWidth.Auto;

    /// <summary>Interpret the physics instead of compiling it. Default false. Same results, slower.</summary>
    public bool Interpret { get; set; }
}
