namespace MbMix.Hosting;

/// <summary>An algorithm in the catalog, with its needs and its factory.</summary>
internal sealed record AlgorithmEntry(
    string Id,
    string Description,
    Type OptionsType,
    string Plugin,
    Func<object, AlgorithmNeeds> Needs,
    Func<object, OptimizerContext, IPolicyOptimizer> Create)
    : ComponentInfo(ComponentKind.Algorithm, Id, Description, OptionsType, Plugin);
