namespace Mutants;

/// <summary>Mistakes of an environment.</summary>
public enum EnvMistake
{
    None,

    // description
    SpecIsNull,
    ChartIsNull,
    OtherId,
    NoState,
    DuplicateNames,
    EmptyName,
    BlocksOverlap,
    BlockTooLong,
    EpisodeLengthZero,
    ControlPeriodZero,
    UnboundedAction,
    BoundsReversed,

    // shapes and types
    ObserveTooLarge,
    ResetTooSmall,
    ResetOneLane,
    ObservationOfStepTooSmall,
    FaultAsBool,
    FaultAsInt64,
    FaultExpanded,
    TerminatedAsFloat,
    TerminatedOneElement,
    TerminatedAsColumn,
    RewardAsColumn,
    RewardOneElement,
    RewardAsFloat64,
    ComputesInFloat64,
    NextStateTransposed,
    ObservationIsNull,
    RewardIsDisposed,
    OutcomeRewardAsColumn,

    // start states
    StartsWithNan,
    StartsWithGradient,
    StartsEqual,
    StartsDependOnBatch,
    StartsFromClock,

    // steps
    RewardBatchMean,
    ChangesItsInput,
    KeepsHistory,
    ReturnsSameObjectTwice,
    ReturnsItsInput,
    LeaksTensors,
    ObserveDisagrees,
    EvaluateDisagrees,
    NanObservation,
    NanRewardInOneLane,

    // gradients
    NoGradient,
    DetachedFromAction,
    DetachedFromState,
    RewardDetached,
    RewardDetachedFromAction,
    WrongGradient,
    // wrong on purpose, and declared: no mistake
    SurrogateGradient,

    // chart
    DifferenceReversed,
    ChartOfOtherSize,
}
