namespace MbMix.Studies.GradientVariance;

/// <summary>
/// Measures what Theorem 1 of the paper is about. Over lambda and H, it measures the trace of the covariance of the
/// policy gradient, both absolute and relative to the squared norm of its mean, and the cosine between single gradients
/// and the gradient of a large batch, both of the same objective and of SHAC's. All gradients of a point are drawn from
/// the same states, policy and critic, with the same noise for every objective.
/// </summary>
internal static class GradientVarianceStudy
{
    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<GradientVarianceOptions>();
        if (options.Horizons.Min() < 1)
            throw new ConfigurationException(
                $"study.horizons holds {options.Horizons.Min()}; a window has at least 1 step.");
        if (options.Lambdas.Any(l => !(l is >= 0 and <= 1)))
            throw new ConfigurationException("study.lambdas holds a number outside 0 to 1.");
        int[] iterations = [.. options.Iterations.Where(i => i >= 0).Distinct().Order()];
        double[] lambdas = [.. options.Lambdas.Append(1).Distinct().Order()];
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        using var env = context.Environment(options.Environment, workers);
        var points = new List<GradientPoint>();
        for (int seed = 0; seed < options.Seeds; seed++)
        {
            using var learner = new MixLearner(options, env, seed);
            foreach (int iteration in iterations)
            {
                while (learner.Iteration < iteration) learner.Train();
                points.AddRange(Measure(options, learner, lambdas, seed));
                string progress = FormattableString.Invariant(
                    $"seed {seed}, iteration {iteration}: training return {learner.Return:0.0}");
                context.Say($"{progress}; {Summary(points, options, seed, iteration)}");
                Write(context, env.Spec.Id, points);
            }
        }
        foreach (int iteration in iterations)
        {
            Figure(
                context, options, points, lambdas, iteration, "trace", "trace of the covariance, over that of SHAC",
                p => p.Trace, relativeToShac: true);
            Figure(
                context, options, points, lambdas, iteration, "relative",
                "trace of the covariance / |mean|^2, over that of SHAC", p => p.Relative, relativeToShac: true);
            Figure(
                context, options, points, lambdas, iteration, "cosine", "cosine to a large batch", p => p.Cosine,
                relativeToShac: false);
        }
    }

    internal static List<GradientPoint> Measure(
        GradientVarianceOptions options, MixLearner learner, double[] lambdas, int seed)
    {
        var objectives = options.Horizons.Distinct().Order().SelectMany(h => lambdas.Select(l => (h, l))).ToList();
        var moments = objectives.ConvertAll(_ => new GradientMoments(options.Draws));
        var toShac = new double[objectives.Count];
        learner.Draw(objectives, options.Draws, (draw, k, gradient) =>
        {
            moments[k].Add(draw, gradient);

            // SHAC is the last objective of its window length, so at the first draw of the second half the others do
            // not have its reference yet
            if (draw <= options.Draws / 2) return;
            int shac = objectives.FindIndex(o => o.h == objectives[k].h && o.l == 1);
            toShac[k] += GradientMoments.Cosine(gradient, moments[shac].Reference);
        });
        return [.. objectives.Select((o, k) => new GradientPoint(
            seed, learner.Iteration, o.h, o.l, moments[k].Trace, moments[k].SquaredMean, moments[k].MeanCosine,
            toShac[k] / (options.Draws - (options.Draws / 2) - 1), moments[k].Dropped))];
    }

    private static string Summary(List<GradientPoint> points, GradientVarianceOptions options, int seed, int iteration)
    {
        int h = options.Horizons.Max();
        var here = points.Where(p => p.Seed == seed && p.Iteration == iteration && p.Horizon == h).ToList();
        var shac = here.Single(p => p.Lambda == 1);
        var mix = here.MinBy(p => Math.Abs(p.Lambda - 0.95))!;
        double trace = mix.Trace / shac.Trace, relative = mix.Relative / shac.Relative;
        string ratios = FormattableString.Invariant($"trace x {trace:0.000}, relative x {relative:0.00}");
        string cosines = FormattableString.Invariant($"cosine {mix.Cosine:0.000} against {shac.Cosine:0.000}");
        return FormattableString.Invariant($"H = {h}, lambda = {mix.Lambda} against 1: {ratios}, {cosines}");
    }

    private static void Write(StudyContext context, string environment, List<GradientPoint> points)
    {
        context.Table(
            "gradient-variance",
            "environment,seed,iteration,horizon,lambda,trace,squared_mean,relative,cosine,cosine_to_shac,dropped",
            points.Select(p => new object[]
            {
                environment, p.Seed, p.Iteration, p.Horizon, p.Lambda, p.Trace, p.SquaredMean, p.Relative, p.Cosine,
                p.CosineToShac, p.Dropped,
            }));
        var ratios = from p in points
                     group p by (p.Iteration, p.Horizon, p.Lambda) into g
                     let same = points.Where(s => s.Iteration == g.Key.Iteration && s.Horizon == g.Key.Horizon)
                     let shac = same.Where(s => s.Lambda == 1).ToDictionary(s => s.Seed)
                     select new object[]
                     {
                         environment, g.Key.Iteration, g.Key.Horizon, g.Key.Lambda,
                         Statistics.Median([.. g.Select(p => p.Trace / shac[p.Seed].Trace)]),
                         Statistics.Median([.. g.Select(p => p.Relative / shac[p.Seed].Relative)]),
                         Statistics.Median([.. g.Select(p => p.Cosine - shac[p.Seed].Cosine)]),
                     };
        context.Table(
            "summary", "environment,iteration,horizon,lambda,trace_over_shac,relative_over_shac,cosine_minus_shac",
            ratios);
    }

    private static void Figure(
        StudyContext context, GradientVarianceOptions options, List<GradientPoint> points, double[] lambdas,
        int iteration, string name, string label, Func<GradientPoint, double> value, bool relativeToShac)
    {
        double[] Values(int seed, int horizon)
        {
            var mine = points.Where(p => p.Seed == seed && p.Iteration == iteration && p.Horizon == horizon)
                .ToDictionary(p => p.Lambda, value);
            return [.. lambdas.Select(l => relativeToShac ? mine[l] / mine[1] : mine[l])];
        }
        var seeds = Enumerable.Range(0, options.Seeds);
        var curves = options.Horizons.Distinct().Order()
            .Select(h => new StudyCurve($"H = {h}", lambdas, [.. seeds.Select(seed => Values(seed, h))]));
        context.Figure(
            $"{name}-iteration{iteration}", $"{options.Environment}, after {iteration} iterations", "lambda", label,
            curves);
    }
}
