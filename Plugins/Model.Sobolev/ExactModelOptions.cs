namespace MbMix.Model.Sobolev;

/// <summary>The exact model has no options.</summary>
public sealed class ExactModelOptions;
