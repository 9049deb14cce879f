using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>
/// Transfers a policy from one environment to another one of the same task, and reports how well it does and how the
/// dynamics differ.
/// </summary>
public static class Transfer
{
    /// <summary>
    /// Evaluates the policy on both environments, and compares their dynamics at states that the policy visits on the
    /// first.
    /// </summary>
    /// <param name="policy">The policy to transfer.</param>
    /// <param name="trainedOn">The environment that the policy was trained on, which must agree with both.</param>
    /// <param name="from">The environment to transfer from.</param>
    /// <param name="to">The environment to transfer to.</param>
    /// <param name="request">Number of episodes and states, and the seed.</param>
    /// <exception cref="ConfigurationException">
    /// The environments do not agree; the message names the first disagreement.
    /// </exception>
    public static TransferReport Run(
        IPolicy policy, EnvSpec trainedOn, IDifferentiableEnv from, IDifferentiableEnv to, TransferRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(trainedOn);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(request);
        if (request.States < 0)
            throw new ConfigurationException(
                $"The number of states is {request.States}; it must be 0 (no comparison) or more.");
        SpaceAgreement.Require(trainedOn, from.Spec);
        SpaceAgreement.Require(from.Spec, to.Spec);
        // check that states can be converted before anything that takes long
        if (request.States > 0) new StateBridge(from, to).Dispose();

        var notes = new List<string>();
        var here = Evaluator.Evaluate(from, policy, request.Episodes, request.Seed);
        var there = Evaluator.Evaluate(to, policy, request.Episodes, request.Seed);
        if (from.Spec.EpisodeLength != to.Spec.EpisodeLength)
        {
            notes.Add(
                $"episodes are {from.Spec.EpisodeLength} steps long on {from.Spec.Id} and {to.Spec.EpisodeLength} on "
                + to.Spec.Id);
        }
        foreach (var (env, result) in new[] { (from, here), (to, there) })
        {
            if (result.DescribeFaults() is { } faults) notes.Add($"{env.Spec.Id}: {faults}");
        }
        double[] a = [.. here.Returns], b = [.. there.Returns];
        ReturnEstimate[] returns =
        [
            Estimate(from.Spec.Id, [a], s => s[0].Average()),
            Estimate(to.Spec.Id, [b], s => s[0].Average()),
            Estimate("difference", [a, b], s => s[1].Average() - s[0].Average()),
        ];
        IReadOnlyList<BlockDifference> blocks = [];
        int invalid = 0;
        if (request.States > 0)
        {
            var (states, actions) =
                VisitedStates.Collect(from, policy, Math.Min(request.Episodes, 16), request.Seed, request.States);
            using (states)
            using (actions)
            {
                (blocks, invalid) = StepDifferences.Compare(from, to, states, actions);
            }
            if (invalid > 0) notes.Add($"at {invalid} further states, a step failed on one of the two");
            foreach (var blind in new[] { from, to }.Where(e => e.Spec.Gradient.Kind == GradientKind.None))
                notes.Add($"{blind.Spec.Id} has no gradients, so derivatives are not compared");
        }
        int compared = blocks.Count > 0 ? blocks[0].Relative.Count : 0;
        if (blocks.Any(b => b.Relative.Count < compared))
            notes.Add($"at {compared - blocks.Min(b => b.Relative.Count)} of the states, there were no derivatives");
        return new TransferReport(
            from.Spec.Id, to.Spec.Id, returns, (here.Faults, there.Faults), blocks, compared, invalid,
            [.. notes.Distinct()])
        {
            Failure = Failed(from, here) ?? Failed(to, there),
        };
    }

    private static string? Failed(IDifferentiableEnv env, EvaluationResult result) =>
        result.Failure is { } failure ? $"{env.Spec.Id}: {failure}" : null;

    private static ReturnEstimate Estimate(
        string name, double[][] strata, Func<IReadOnlyList<double[]>, double> statistic)
    {
        var (low, high) = Bootstrap.Interval(strata, statistic);
        return new ReturnEstimate(name, statistic(strata), low, high, strata[0].Length);
    }
}
