namespace MbMix.Hosting;

/// <summary>A dynamics model in the catalog, with its factory.</summary>
internal sealed record ModelEntry(
    string Id, string Description, Type OptionsType, string Plugin, Func<object, ModelContext, IDynamicsModel> Create)
    : ComponentInfo(ComponentKind.Model, Id, Description, OptionsType, Plugin);
