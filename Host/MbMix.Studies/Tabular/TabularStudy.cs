namespace MbMix.Studies.Tabular;

/// <summary>
/// Figure 3 of the paper, as far as it is known: MIX against fixed windows on small random problems. APG uses a fixed
/// window without a value at its end, SHAC adds that value, and MIX averages over all lengths. The figures show the
/// distance of the policy from the optimal one, where 1 is the distance of a policy that acts at random.
/// </summary>
internal static class TabularStudy
{
    private const double Close = 0.05;

    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<TabularOptions>();
        var curves = new List<object[]>();
        var summary = new List<object[]>();
        foreach (int horizon in options.Horizons)
        {
            if (horizon < 1)
                throw new ConfigurationException($"study.horizons holds {horizon}; a window has at least 1 step.");
            var figure = new List<StudyCurve>();
            (string Name, double Lambda, bool Critic)[] methods =
                [("APG", 1.0, false), ("SHAC", 1.0, true), ("MIX", options.Lambda, true)];
            foreach (var (name, lambda, critic) in methods)
            {
                double[][] gaps =
                [
                    .. Enumerable.Range(0, options.Seeds).Select(seed => Train(options, seed, horizon, lambda, critic)),
                ];
                for (int i = 0; i < gaps[0].Length; i++)
                {
                    double[] at = [.. gaps.Select(g => g[i])];
                    var (lower, upper) = (Statistics.Quantile(at, 0.25), Statistics.Quantile(at, 0.75));
                    curves.Add([horizon, name, i, Statistics.Median(at), lower, upper]);
                }
                double[] last = [.. gaps.Select(g => g[^1])],
                    first = [.. gaps.Select(g => (double)FirstBelow(g, Close))];
                double gap = Statistics.Median(last), iterations = Statistics.Median(first);
                int solved = gaps.Count(g => g[^1] <= Close);
                summary.Add([horizon, name, gap, last.Average(), iterations, solved]);
                string end = FormattableString.Invariant($"H = {horizon}, {name}: median gap {gap:0.0000} at the end");
                string close = FormattableString.Invariant($"below {Close} after {iterations:0} iterations (median)");
                context.Say($"{end}, {close}, in {solved} of {gaps.Length} problems");
                figure.Add(Quartiles(name, gaps));
            }
            context.Figure(
                $"tabular-H{horizon}", $"random problems, H = {horizon}", "iteration",
                "distance from the optimum (quartiles)", figure);
        }
        context.Table("tabular", "horizon,method,iteration,median_gap,lower_quartile,upper_quartile", curves);
        context.Table(
            "summary",
            "horizon,method,median_final_gap,mean_final_gap,median_iterations_to_5_percent,problems_within_5_percent",
            summary);
    }

    /// <summary>Computes the distance from the optimum before each iteration and after the last one.</summary>
    internal static double[] Train(TabularOptions options, long seed, int horizon, double lambda, bool critic)
    {
        var problem = new TabularProblem(options, seed);
        double best = problem.Values(null).Average();
        var logits = new double[options.States * options.Actions];
        var values = new double[options.States];
        double start = problem.Values(WindowObjective.Softmax(logits, options.Actions)).Average();
        var random = new CounterRandom(seed, "tabular/noise");
        var noise = new float[logits.Length];
        var adam = new TabularAdam(logits.Length, options.LearningRate);
        var gaps = new double[options.Iterations + 1];
        for (int i = 0; ; i++)
        {
            double[] policy = WindowObjective.Softmax(logits, options.Actions);
            gaps[i] = best > start ? (best - problem.Values(policy).Average()) / (best - start) : 0;
            if (i == options.Iterations) return gaps;
            var (_, gradient) = WindowObjective.Evaluate(problem, logits, values, horizon, lambda);
            if (options.Noise > 0)
            {
                // the same noise for all methods
                random.Normal(noise, i);
                double scale = options.Noise * Math.Sqrt(gradient.Sum(g => g * g) / gradient.Length);
                for (int k = 0; k < gradient.Length; k++) gradient[k] += scale * noise[k];
            }
            adam.Ascend(logits, gradient);
            if (!critic) continue;
            double[] targets = problem.Backup(values, policy);
            for (int s = 0; s < values.Length; s++) values[s] += options.CriticRate * (targets[s] - values[s]);
        }
    }

    private static int FirstBelow(double[] gaps, double limit)
    {
        int first = Array.FindIndex(gaps, g => g <= limit);
        return first < 0 ? gaps.Length : first;
    }

    private static StudyCurve Quartiles(string name, double[][] gaps)
    {
        double[] x = [.. Enumerable.Range(0, gaps[0].Length).Select(i => (double)i)];
        double[] At(double share) => [.. x.Select((_, i) => Statistics.Quantile([.. gaps.Select(g => g[i])], share))];
        return new StudyCurve(name, x, [At(0.25), At(0.5), At(0.75)]);
    }
}
