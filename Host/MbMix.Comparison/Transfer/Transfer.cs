using MbMix.Hosting;

namespace MbMix.Comparison;

/// <summary>Takes a policy from one environment to another of the same task, and says what became of it and why that may be.</summary>
public static class Transfer
{
    /// <summary>Evaluates the policy on both and compares their dynamics at the states it visits on the first.</summary>
    /// <param name="policy">Policy.</param>
    /// <param name="trainedOn">The environment it was trained on, which must agree with both.</param>
    /// <param name="from">First environment.</param>
    /// <param name="to">Second environment.</param>
    /// <param name="request">How much of it.</param>
    /// <exception cref="ConfigurationException">The environments do not agree; the message names the first disagreement.</exception>
    public static TransferReport Run(IPolicy policy, EnvSpec trainedOn, IDifferentiableEnv from, IDifferentiableEnv to, TransferRequest request)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(trainedOn);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(request);
        if (request.States < 0) throw new ConfigurationException($"{request.States} states: 0 for none, or more.");
        SpaceAgreement.Require(trainedOn, from.Spec);
        SpaceAgreement.Require(from.Spec, to.Spec);
        // states that do not fit are said before anything long begins
        if (request.States > 0) new StateBridge(from, to).Dispose();

        var notes = new List<string>();
        var here = Evaluator.Evaluate(from, policy, request.Episodes, request.Seed);
        var there = Evaluator.Evaluate(to, policy, request.Episodes, request.Seed);
        if (from.Spec.EpisodeLength != to.Spec.EpisodeLength)
            notes.Add($"episodes are {from.Spec.EpisodeLength} steps long on {from.Spec.Id} and {to.Spec.EpisodeLength} on {to.Spec.Id}");
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
            var (states, actions) = VisitedStates.Collect(from, policy, Math.Min(request.Episodes, 16), request.Seed, request.States);
            using (states)
            using (actions)
            {
                (blocks, invalid) = StepDifferences.Compare(from, to, states, actions);
            }
            if (invalid > 0) notes.Add($"at {invalid} further states a step failed on one of the two");
            foreach (var blind in new[] { from, to }.Where(e => e.Spec.Gradient.Kind == GradientKind.None)) notes.Add($"{blind.Spec.Id} has no gradients, so derivatives are not compared");
        }
        int compared = blocks.Count > 0 ? blocks[0].Relative.Count : 0;
        if (blocks.Any(b => b.Relative.Count < compared)) notes.Add($"at {compared - blocks.Min(b => b.Relative.Count)} of the states there were no derivatives");
        return new TransferReport(from.Spec.Id, to.Spec.Id, returns, (here.Faults, there.Faults), blocks, compared, invalid, notes);
    }

    private static ReturnEstimate Estimate(string name, double[][] strata, Func<IReadOnlyList<double[]>, double> statistic)
    {
        var (low, high) = Bootstrap.Interval(strata, statistic);
        return new ReturnEstimate(name, statistic(strata), low, high, strata[0].Length);
    }
}
