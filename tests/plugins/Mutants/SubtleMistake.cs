namespace Mutants;

/// <summary>
/// Mistakes of an environment that the first steps do not show, or that show in many places of which one is the cause.
/// </summary>
public enum SubtleMistake
{
    None,

    // state between calls
    TerminatesLate,
    DriftsLate,
    FortiethStepDiffers,
    ObservesLate,
    RestartsLate,
    Noise,
    RandomWhenMade,

    // chart
    FeaturesHideVelocity,
    TangentHidesVelocity,

    // task
    RewardHuge,
    RewardTiny,
    ObservationConstant,
    ActionWithoutEffect,

    // description
    EpisodeLengthChanges,
    SpecGrows,
    SpecChangesWithSteps,

    // one cause, many symptoms
    NotFinite,
    NotFiniteLater,
    StepIsNull,
    StepIsDisposed,
    StepThrows,
    ThrowsAtLength,
    EvaluateThrows,
    DisposeThrows,
    DisposeThrowsAgain,
}
