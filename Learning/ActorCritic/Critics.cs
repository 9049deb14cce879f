namespace MbMix.Learning;

/// <summary>
/// One or several critics that are fitted to the same targets and differ in their initial weights. The actor ascends
/// their mean; targets are bootstrapped from their minimum, as one critic alone overestimates now and then.
/// </summary>
internal sealed class Critics : ICheckpointed, IDisposable
{
    private readonly ActorCriticOptions options;
    private readonly Member[] members;

    public Critics(ActorCriticOptions options, int observation, long seed, IWorkers? workers)
    {
        this.options = options;
        var network = new Mlp(observation, options.CriticHidden, 1, options.Activation, layerNorm: true);
        members = [.. Enumerable.Range(0, options.Critics).Select(k => new Member(network, options, seed, k, workers))];
    }

    /// <summary>Number of optimizer steps that were left out because their gradient was not finite.</summary>
    public long Skipped => members.Sum(m => m.Adam.Skipped);

    /// <summary>Computes the mean of the target critics; differentiable in the observations <c>[B, O]</c>.</summary>
    public Tensor TargetMean(Tensor observations)
    {
        var value = members[0].Critic.TargetValue(observations);
        if (members.Length == 1) return value;
        for (int k = 1; k < members.Length; k++) value += members[k].Critic.TargetValue(observations);
        return value / members.Length;
    }

    /// <summary>Computes the minimum of the target critics, without gradient history.</summary>
    public Tensor TargetMinimum(Tensor observations)
    {
        using var quiet = torch.no_grad();
        var value = members[0].Critic.TargetValue(observations);
        for (int k = 1; k < members.Length; k++)
            value = torch.minimum(value, members[k].Critic.TargetValue(observations));
        return value;
    }

    /// <summary>Fits every critic to the targets; the report is their mean.</summary>
    public CriticFitReport Fit(
        Tensor observations, Tensor targets, RolloutFlags flags, double learningRate, PhaseClock? clock) =>
        Fit(observations, targets, flags, learningRate, options.CriticPasses, options.CriticMinibatches, clock);

    /// <summary>The same with other numbers of passes and minibatches.</summary>
    public CriticFitReport Fit(
        Tensor observations, Tensor targets, RolloutFlags flags, double learningRate, int passes, int minibatches,
        PhaseClock? clock)
    {
        double loss = 0, norm = 0, clipped = 0;
        foreach (var member in members)
        {
            var report = member.Fit.Run(
                observations, targets, flags, learningRate, passes, minibatches, clock);
            (loss, norm, clipped) = (loss + report.Loss, norm + report.GradientNorm, clipped + report.ClippedShare);
        }
        int n = members.Length;
        return new CriticFitReport(loss / n, norm / n, clipped / n);
    }

    /// <summary>Lets the target critics follow.</summary>
    public void UpdateTargets()
    {
        foreach (var member in members) member.Critic.UpdateTarget(options.TargetKeep);
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var member in members) member.Save(writer);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var member in members) member.Load(reader);
    }

    public void Dispose()
    {
        foreach (var member in members) member.Critic.Dispose();
    }

    private sealed class Member : ICheckpointed
    {
        private readonly string suffix;

        public Member(Mlp network, ActorCriticOptions options, long seed, int index, IWorkers? workers)
        {
            suffix = index == 0 ? "" : FormattableString.Invariant($"-{index}");
            Critic = new ValueNetwork(
                network, Initialization.Orthogonal, new CounterRandom(seed, "critic/weights" + suffix), workers);
            Adam = new Adam(Critic.Parameters, options.AdamBeta1, options.AdamBeta2);
            Fit = new CriticFit(
                Critic, Adam, options.CriticPasses, options.CriticMinibatches, options.MaxGradientNorm);
        }

        public ValueNetwork Critic { get; }

        public Adam Adam { get; }

        public CriticFit Fit { get; }

        public void Save(ICheckpointWriter writer)
        {
            Critic.Save(writer.Section("critic" + suffix));
            Adam.Save(writer.Section("critic_adam" + suffix));
        }

        public void Load(ICheckpointReader reader)
        {
            Critic.Load(reader.Section("critic" + suffix));
            Adam.Load(reader.Section("critic_adam" + suffix));
        }
    }
}
