namespace MbMix.Algo.MBMIX;

/// <summary>The exact model has no options.</summary>
public sealed class ExactModelOptions;
