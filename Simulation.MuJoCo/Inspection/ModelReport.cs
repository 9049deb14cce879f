namespace MbMix.Simulation.MuJoCo;

/// <summary>What a model consists of, and what in it makes gradients unreliable, for <c>mbmix inspect</c>.</summary>
internal sealed record ModelReport
{
    /// <summary>Path of the model file.</summary>
    public required string File { get; init; }

    /// <summary>Version of MuJoCo.</summary>
    public required string Mujoco { get; init; }

    /// <summary>File of the library.</summary>
    public required string Library { get; init; }

    /// <summary>Mass of all bodies [kg].</summary>
    public required double Mass { get; init; }

    /// <summary>Duration of a simulation step [s].</summary>
    public required double Timestep { get; init; }

    /// <summary>Integrator, solver and friction cone.</summary>
    public required string Integrator { get; init; }

    /// <inheritdoc cref="Integrator"/>
    public required string Solver { get; init; }

    /// <inheritdoc cref="Integrator"/>
    public required string Cone { get; init; }

    /// <summary>Sizes by their names in MuJoCo, such as nq.</summary>
    public required IReadOnlyDictionary<string, int> Sizes { get; init; }

    /// <summary>The bodies; each comes after its parent.</summary>
    public required IReadOnlyList<BodyReport> Bodies { get; init; }

    /// <summary>The joints.</summary>
    public required IReadOnlyList<PartReport> Joints { get; init; }

    /// <summary>The actuators.</summary>
    public required IReadOnlyList<PartReport> Actuators { get; init; }

    /// <summary>The sensors.</summary>
    public required IReadOnlyList<PartReport> Sensors { get; init; }

    /// <summary>The tendons.</summary>
    public required IReadOnlyList<PartReport> Tendons { get; init; }

    /// <summary>The equality constraints.</summary>
    public required IReadOnlyList<PartReport> Equalities { get; init; }

    /// <summary>The keyframes.</summary>
    public required IReadOnlyList<PartReport> Keyframes { get; init; }

    /// <summary>Why an environment cannot be made from the model; null if one can.</summary>
    public required string? Refusal { get; init; }

    /// <summary>Why there are no gradients; null if there are.</summary>
    public required string? NoGradients { get; init; }

    /// <summary>What makes gradients unreliable, each with a hint.</summary>
    public required IReadOnlyList<ConcernReport> Concerns { get; init; }
}

/// <summary>A body.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Depth">How many bodies it hangs below; 0 for the world.</param>
/// <param name="Parent">Name of its parent; null for the world.</param>
/// <param name="Mass">Its mass [kg].</param>
/// <param name="Mocap">Whether its pose is an input, as of motion capture.</param>
/// <param name="Joints">Names of its joints.</param>
/// <param name="Sites">Names of its sites.</param>
internal sealed record BodyReport(
    string Name,
    int Depth,
    string? Parent,
    double Mass,
    bool Mocap,
    IReadOnlyList<string> Joints,
    IReadOnlyList<string> Sites);

/// <summary>A part of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Facts">What it is, in a few words.</param>
internal sealed record PartReport(string Name, string Facts);

/// <summary>Something that makes gradients unreliable.</summary>
/// <param name="What">What it is.</param>
/// <param name="Hint">What to do about it.</param>
internal sealed record ConcernReport(string What, string Hint);
