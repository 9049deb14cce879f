namespace MbMix.Studies.ModelGradient;

/// <summary>
/// Measures how well policy gradients through a learned model agree with exact ones, by window length, before any
/// policy is trained through the model: a policy is trained by MIX alone while the models learn from its transitions.
/// Both gradients start from the states of the policy's last window, use the same noise and critic, and are averaged
/// over many rollouts.
/// </summary>
internal static class ModelGradientStudy
{
    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<ModelGradientOptions>();
        int[] iterations = [.. options.Iterations.Distinct().Order()],
            horizons = [.. options.Horizons.Distinct().Order()];
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        using var env = context.Environment(options.Environment, workers);
        if (env is not IPredictiveEnv predictive)
            throw new ConfigurationException(
                $"{options.Environment} cannot evaluate predicted states, so no model can replace it.");
        var found = new List<GradientAgreement>();
        for (long seed = options.FirstSeed; seed < options.FirstSeed + options.Seeds; seed++)
        {
            using var learner = new MixLearner(options, env, seed);
            var models = new List<ModelUnderStudy>();
            try
            {
                foreach (string variant in options.Variants)
                    models.Add(new ModelUnderStudy(context, options, variant, env, seed));
                foreach (int iteration in iterations)
                {
                    while (learner.Iteration < iteration)
                    {
                        bool measure = learner.Iteration == iteration - 1;
                        learner.Train(window =>
                        {
                            foreach (var model in models) model.Learn(window, learner.Iteration);
                            if (measure)
                                found.AddRange(Measure(options, horizons, predictive, learner, models, window, seed));
                        });
                    }
                    Say(context, found, seed, iteration);
                    Table(context, env.Spec.Id, options, found);
                }
            }
            finally
            {
                foreach (var model in models) model.Dispose();
            }
        }
    }

    private static IEnumerable<GradientAgreement> Measure(
        ModelGradientOptions options, int[] horizons, IPredictiveEnv env, MixLearner learner,
        List<ModelUnderStudy> models, RolloutWindow window, long seed)
    {
        var exact = Gradients(options, horizons, env, learner, window, seed, 0, (_, _) => Exact(env));
        var again = Gradients(options, horizons, env, learner, window, seed, 1, (_, _) => Exact(env));
        foreach (var model in models)
        {
            var learned = Gradients(options, horizons, env, learner, window, seed, 0, model.Dynamics);
            for (int k = 0; k < horizons.Length; k++)
                yield return new GradientAgreement(
                    seed, learner.Iteration + 1, learner.Return, model.Variant, model.HeldOutError, horizons[k],
                    GradientHealth.Cosine(learned[k], exact[k]), Norm(learned[k]) / Norm(exact[k]),
                    GradientHealth.Cosine(again[k], exact[k]));
        }
    }

    private static Func<Tensor, Tensor, Tensor> Exact(IDifferentiableEnv env) =>
        (state, action) => env.Step(state, action).NextState;

    /// <summary>Computes the mean gradient of the objective for every window length.</summary>
    private static List<float[]> Gradients(
        ModelGradientOptions options, int[] horizons, IPredictiveEnv env, MixLearner learner, RolloutWindow window,
        long seed, int repeat, Func<int, long, Func<Tensor, Tensor, Tensor>> dynamics)
    {
        using var scope = torch.NewDisposeScope();
        var agent = learner.Agent;
        int longest = horizons[^1];
        long draw = (2 * learner.Iteration) + repeat;
        var rows = new int[options.Rollouts];
        new CounterRandom(seed, "study/starts").Integers(rows, window.Flags.Size, draw);
        var noise = new CounterRandom(seed, "study/rollouts").NormalTensor(
            draw, longest, options.Rollouts, agent.Actor.Actions);
        var rollout = ModelRollout.Roll(
            agent, env, dynamics(longest, draw), window, torch.tensor(Array.ConvertAll(rows, row => (long)row)), noise);
        var gradients = new List<float[]>();
        foreach (int horizon in horizons)
        {
            agent.Actor.Parameters.ZeroGradients();
            Backward.Run(
                MixObjective.Loss(
                    rollout.Rewards.narrow(0, 0, horizon), rollout.NextValues.narrow(0, 0, horizon),
                    rollout.Flags.First(horizon), options.Gamma, options.Lambda),
                retainGraph: horizon != longest);
            gradients.Add(agent.Actor.Parameters.Gradients.ToArray());
        }
        agent.Actor.Parameters.ZeroGradients();
        return gradients;
    }

    private static double Norm(float[] gradient) => Math.Sqrt(gradient.Sum(g => (double)g * g));

    private static void Say(StudyContext context, List<GradientAgreement> found, long seed, int iteration)
    {
        foreach (var group in found.Where(f => f.Seed == seed && f.Iteration == iteration).GroupBy(f => f.Variant))
        {
            var first = group.First();
            string cosines = string.Join(
                ", ", group.Select(g => FormattableString.Invariant($"{g.Horizon}: {g.Cosine:0.00}")));
            string noise = FormattableString.Invariant($"(repeated {group.Last().Repeatability:0.00})");
            string head = FormattableString.Invariant(
                $"seed {seed}, iteration {iteration}, return {first.Return:0}, [{first.Variant}]");
            context.Say(FormattableString.Invariant(
                $"{head}: held out {first.HeldOutError:0.000}; cosine {cosines} {noise}"));
        }
    }

    private static void Table(
        StudyContext context, string environment, ModelGradientOptions options, List<GradientAgreement> found) =>
        context.Table(
            "model-gradient",
            "environment,model,variant,seed,iteration,return,held_out_error,horizon,cosine,norm_ratio,repeatability",
            found.Select(f => new object[]
            {
                environment, options.Model, f.Variant, f.Seed, f.Iteration, f.Return, f.HeldOutError, f.Horizon,
                f.Cosine, f.NormRatio, f.Repeatability,
            }));
}
