namespace MbMix.Hosting;

/// <summary>An algorithm, what it needs and how to make it.</summary>
internal sealed record AlgorithmEntry(
    string Id,
    string Description,
    Type OptionsType,
    string Plugin,
    Func<object, AlgorithmNeeds> Needs,
    Func<object, OptimizerContext, IPolicyOptimizer> Create)
    : ComponentInfo(ComponentKind.Algorithm, Id, Description, OptionsType, Plugin);
