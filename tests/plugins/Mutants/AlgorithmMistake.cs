namespace Mutants;

/// <summary>Mistakes of an algorithm.</summary>
public enum AlgorithmMistake
{
    None,

    // reports
    ReportIsNull,
    MetricsAreNull,
    StepsStayZero,
    StepsGoBackwards,
    MetricsChange,
    MetricRepeated,
    MetricWithSeparator,
    MetricWithoutName,
    MetricNamedAsColumn,
    CostsGoBackwards,
    CostsInvented,

    // policy
    PolicyIsNull,
    PolicyChanges,
    PolicyActsNull,
    PolicyActsNan,
    PolicyActsOneLane,
    PolicyActsAsColumn,
    PolicyActsBeyondBounds,
    PolicyActsNanWithoutTensors,
    PolicyDisagreesWithItself,

    // checkpoints
    SaveCannotBeRead,
    LoadReadsLess,
    SaveForgets,
    SaveRepeatsName,

    // learning
    SeedIgnored,
    Descends,
    PoisonedByFaults,
}
