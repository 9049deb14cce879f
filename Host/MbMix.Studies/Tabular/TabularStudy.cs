namespace MbMix.Studies.Tabular;

/// <summary>
/// Figure 3 as far as it is known: MIX against a fixed window on small random problems. APG is a fixed window without a value at its
/// end; SHAC has one; MIX is the mix of all lengths. What is drawn is how far the policy is from the best one, 1 being a policy
/// that acts at random.
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
            if (horizon < 1) throw new ConfigurationException($"study.horizons holds {horizon}; a window has at least 1 step.");
            var figure = new List<StudyCurve>();
            foreach (var (name, lambda, critic) in new[] { ("APG", 1.0, false), ("SHAC", 1.0, true), ("MIX", options.Lambda, true) })
            {
                double[][] gaps = [.. Enumerable.Range(0, options.Seeds).Select(seed => Train(options, seed, horizon, lambda, critic))];
                for (int i = 0; i < gaps[0].Length; i++)
                {
                    double[] at = [.. gaps.Select(g => g[i])];
                    curves.Add([horizon, name, i, Statistics.Median(at), Statistics.Quantile(at, 0.25), Statistics.Quantile(at, 0.75)]);
                }
                double[] last = [.. gaps.Select(g => g[^1])], first = [.. gaps.Select(g => (double)FirstBelow(g, Close))];
                summary.Add([horizon, name, Statistics.Median(last), last.Average(), Statistics.Median(first), gaps.Count(g => g[^1] <= Close)]);
                context.Say(FormattableString.Invariant($"H = {horizon}, {name}: median gap {Statistics.Median(last):0.0000} at the end, below {Close} after {Statistics.Median(first):0} iterations (median), in {gaps.Count(g => g[^1] <= Close)} of {gaps.Length} problems"));
                figure.Add(Quartiles(name, gaps));
            }
            context.Figure($"tabular-H{horizon}", $"random problems, H = {horizon}", "iteration", "distance from the optimum (quartiles)", figure);
        }
        context.Table("tabular", "horizon,method,iteration,median_gap,lower_quartile,upper_quartile", curves);
        context.Table("summary", "horizon,method,median_final_gap,mean_final_gap,median_iterations_to_5_percent,problems_within_5_percent", summary);
    }

    /// <summary>The distance from the optimum before each iteration and after the last.</summary>
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
                // the same noise for everybody
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
