namespace Mutants;

/// <summary>Mistakes of a dynamics model.</summary>
public enum ModelMistake
{
    None,

    // description
    SpecIsNull,
    OtherId,
    ProbesMissing,

    // predictions
    PredictsTooLittle,
    PredictsFloat64,
    PredictsNan,
    PredictsNull,
    DetachedFromAction,
    ReachesParameters,

    // fits
    LossIsNan,
    LearnsNothing,
    ChangesItsBatch,

    // checkpoints
    SaveCannotBeRead,
    LoadReadsLess,
    SaveForgets,
}
