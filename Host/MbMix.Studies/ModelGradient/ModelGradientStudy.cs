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
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        var found = new List<GradientAgreement>();
        // all tasks are looked at before the first one is trained on, so that a misspelt one is noticed at once
        foreach (var (training, agent) in options.Tasks.Select(task => Training(context, options, task)).ToList())
        {
            using var env = context.Environment(training, workers);
            if (env is not IPredictiveEnv)
                throw new ConfigurationException(
                    $"{training.Environment} cannot evaluate predicted states, so no model can replace it.");
            for (long seed = options.FirstSeed; seed < options.FirstSeed + options.Seeds; seed++)
                Study(context, options, training, agent, env, seed, found);
        }
    }

    /// <summary>Finds the settings of a training that ends with the last measurement.</summary>
    private static (ResolvedConfiguration Training, ActorCriticOptions Agent) Training(
        StudyContext context, ModelGradientOptions options, string task)
    {
        var request = new TrainingRequest
        {
            Environment = task,
            Algorithm = options.Algorithm,
            Model = options.Model,
            Settings = [FormattableString.Invariant($"algo.environments={options.Environments}")],
            Threads = 1,
        };
        var training = context.Resolve(request with { Budget = 1 });
        if (training.AlgorithmOptions is not ActorCriticOptions agent)
            throw new ConfigurationException(
                $"study.algorithm: {training.Algorithm} is no short-horizon actor-critic, which this study trains; "
                + "write mbmix/mbmix-v1.");
        if (training.Model is null)
            throw new ConfigurationException("study.model is none; the id of a model is expected.");
        long budget = (long)options.Iterations.Max() * options.Environments * agent.Horizon;
        return (context.Resolve(request with { Budget = budget }), agent);
    }

    private static void Study(
        StudyContext context, ModelGradientOptions options, ResolvedConfiguration training, ActorCriticOptions agent,
        IDifferentiableEnv env, long seed, List<GradientAgreement> found)
    {
        using var learner = new MixLearner(agent, options.Lambda, training.Run.Budget, env, seed);
        var models = new List<ModelUnderStudy>();
        try
        {
            foreach (string variant in options.Variants)
                models.Add(new ModelUnderStudy(context, options, training, variant, env, seed));
            foreach (int iteration in options.Iterations.Distinct().Order())
            {
                while (learner.Iteration < iteration)
                {
                    bool measure = learner.Iteration == iteration - 1;
                    learner.Train(window =>
                    {
                        foreach (var model in models) model.Learn(window, learner.Iteration);
                        if (measure)
                            found.AddRange(Measure(options, agent, (IPredictiveEnv)env, learner, models, window, seed));
                    });
                }
                Say(context, found, env.Spec.Id, seed, iteration);
                Tables(context, options, found);
            }
        }
        finally
        {
            foreach (var model in models) model.Dispose();
        }
    }

    private static IEnumerable<GradientAgreement> Measure(
        ModelGradientOptions options, ActorCriticOptions agent, IPredictiveEnv env, MixLearner learner,
        List<ModelUnderStudy> models, RolloutWindow window, long seed)
    {
        int[] horizons = [.. options.Horizons.Distinct().Order()];
        List<float[]> Of(int repeat, Func<int, long, Func<Tensor, Tensor, Tensor>> dynamics) =>
            Gradients(options, agent.Gamma, horizons, env, learner, window, seed, repeat, dynamics);
        var exact = Of(0, (_, _) => Exact(env));
        var again = Of(1, (_, _) => Exact(env));
        foreach (var model in models)
        {
            var learned = Of(0, model.Dynamics);
            for (int k = 0; k < horizons.Length; k++)
                yield return new GradientAgreement(
                    env.Spec.Id, seed, learner.Iteration + 1, learner.Return, model.Variant, model.HeldOutError,
                    horizons[k], GradientHealth.Cosine(learned[k], exact[k]), Norm(learned[k]) / Norm(exact[k]),
                    GradientHealth.Cosine(again[k], exact[k]));
        }
    }

    private static Func<Tensor, Tensor, Tensor> Exact(IDifferentiableEnv env) =>
        (state, action) => env.Step(state, action).NextState;

    /// <summary>Computes the mean gradient of the objective for every window length.</summary>
    private static List<float[]> Gradients(
        ModelGradientOptions options, double gamma, int[] horizons, IPredictiveEnv env, MixLearner learner,
        RolloutWindow window, long seed, int repeat, Func<int, long, Func<Tensor, Tensor, Tensor>> dynamics)
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
                    rollout.Flags.First(horizon), gamma, options.Lambda),
                retainGraph: horizon != longest);
            gradients.Add(agent.Actor.Parameters.Gradients.ToArray());
        }
        agent.Actor.Parameters.ZeroGradients();
        return gradients;
    }

    private static double Norm(float[] gradient) => Math.Sqrt(gradient.Sum(g => (double)g * g));

    private static void Say(
        StudyContext context, List<GradientAgreement> found, string environment, long seed, int iteration)
    {
        foreach (var group in found.Where(f => (f.Environment, f.Seed, f.Iteration) == (environment, seed, iteration))
            .GroupBy(f => f.Variant))
        {
            var first = group.First();
            string cosines = string.Join(
                ", ", group.Select(g => FormattableString.Invariant($"{g.Horizon}: {g.Cosine:0.00}")));
            string noise = FormattableString.Invariant($"(repeated {group.Last().Repeatability:0.00})");
            string head = FormattableString.Invariant(
                $"{environment}, seed {seed}, iteration {iteration}, return {first.Return:0}, [{first.Variant}]");
            context.Say(FormattableString.Invariant(
                $"{head}: held out {first.HeldOutError:0.000}; cosine {cosines} {noise}"));
        }
    }

    private static void Tables(StudyContext context, ModelGradientOptions options, List<GradientAgreement> found)
    {
        context.Table(
            "model-gradient",
            "environment,model,variant,seed,iteration,return,held_out_error,horizon,cosine,norm_ratio,repeatability",
            found.Select(f => new object[]
            {
                f.Environment, options.Model, f.Variant, f.Seed, f.Iteration, f.Return, f.HeldOutError, f.Horizon,
                f.Cosine, f.NormRatio, f.Repeatability,
            }));
        int[] horizons = [.. options.Horizons.Distinct().Order()];
        context.Table(
            "summary",
            "environment,iteration,variant,held_out_error," + string.Join(',', horizons.Select(h => $"cosine_{h}"))
            + ",repeatability",
            found.GroupBy(f => (f.Environment, f.Iteration, f.Variant)).Select(g => new object[]
            {
                g.Key.Environment, g.Key.Iteration, g.Key.Variant,
                Statistics.Median([.. g.Select(f => f.HeldOutError)]),
            }
            .Concat(horizons.Select(h => (object)Statistics.Median(
                [.. g.Where(f => f.Horizon == h).Select(f => f.Cosine)])))
            .Append(Statistics.Median([.. g.Where(f => f.Horizon == horizons[^1]).Select(f => f.Repeatability)]))
            .ToArray()));
    }
}
