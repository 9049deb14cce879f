namespace MbMix.TestKit;

/// <summary>Settings of <see cref="TripleCheck"/>.</summary>
public sealed record TripleSettings
{
    /// <summary>
    /// Values for options of these names, wherever a component has one of the kind, a list or a single value: small, so
    /// that there may be many trainings.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Small { get; init; } =
    [
        ("environments", "4"),
        ("lanes", "4"),
        ("horizon", "2"),
        ("actorHidden", "[8]"),
        ("criticHidden", "[8]"),
        ("hidden", "[8]"),
        ("hidden", "8"),
        ("passes", "1"),
        ("criticPasses", "1"),
        ("criticMinibatches", "1"),
        ("minibatchSize", "4"),
        ("modelRollouts", "4"),
        ("modelHorizon", "2"),
        ("modelUpdates", "1"),
        ("modelWarmup", "1"),
        ("modelBatch", "8"),
        ("replayCapacity", "64"),
        ("learningStarts", "4"),
        ("batchSize", "8"),
        ("modelTransitions", "8"),
        ("modelReplayCapacity", "64"),
        ("modelEpochs", "1"),
        ("planIterations", "1"),
        ("planCandidates", "8"),
        ("planParticles", "1"),
        ("refitEpochs", "1"),
        ("members", "2"),
        ("elites", "1"),
        ("minimumTransitions", "4"),
        ("batchLength", "2"),
        ("trainRatio", "4"),
        ("deter", "16"),
        ("units", "8"),
        ("latents", "2"),
        ("classes", "2"),
        ("layers", "1"),
        ("imaginationHorizon", "2"),
    ];

    /// <summary>Iterations that must go well.</summary>
    public int Iterations { get; init; } = 2;

    /// <summary>
    /// Settings of environments that cannot be made without, by their id, of the form <c>env.key=value</c>. An
    /// environment that needs settings and has none here is left out.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Needed { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The environments to try, by id; null for all that can be used on this machine.</summary>
    public IReadOnlyList<string>? Environments { get; init; }
}
