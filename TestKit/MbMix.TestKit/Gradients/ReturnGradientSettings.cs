namespace MbMix.TestKit;

/// <summary>Settings of <see cref="ReturnGradientCheck"/>. The defaults suit environments in double.</summary>
public sealed record ReturnGradientSettings
{
    /// <summary>States that returns start from.</summary>
    public int Lanes { get; init; } = 200;

    /// <summary>Steps of a return.</summary>
    public int Horizon { get; init; } = 8;

    /// <summary>Random directions per state.</summary>
    public int Directions { get; init; } = 2;

    /// <summary>Seed of states, actions and directions.</summary>
    public int Seed { get; init; } = 11;

    /// <summary>Most steps of random actions before a return starts; lanes take different numbers of them.</summary>
    public int WarmUp { get; init; } = 49;

    /// <summary>Length of the displacement of state and actions together.</summary>
    public double Displacement { get; init; } = 1e-6;

    /// <summary>Largest relative difference of gradient and central difference.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>
    /// Largest relative difference of central differences of one and of two steps where the return is smooth.
    /// </summary>
    public double SmoothTolerance { get; init; } = 1e-6;

    /// <summary>The same for steps of 1 and 1/50; beyond it there is a corner closer than the step.</summary>
    public double CornerTolerance { get; init; } = 1e-5;

    /// <summary>Smallest share of states and directions at which the return must be smooth.</summary>
    public double SmoothShare { get; init; } = 0.8;

    /// <summary>
    /// Largest share of the smooth directions that may differ nevertheless: 0, except for gradients by finite
    /// differences, whose own perturbations can reach across a corner that the direction does not meet.
    /// </summary>
    public double WrongShare { get; init; }

    /// <summary>
    /// Whether the components of the state are displaced one by one instead of its tangent coordinates. Only for
    /// environments that are defined off their manifold too, such as for quaternions of any length.
    /// </summary>
    public bool Components { get; init; }

    /// <summary>Told in one line how the check went; null for nobody.</summary>
    public Action<string>? Log { get; init; }
}
