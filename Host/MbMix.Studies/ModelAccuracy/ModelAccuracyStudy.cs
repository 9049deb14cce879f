using System.Globalization;

namespace MbMix.Studies.ModelAccuracy;

/// <summary>
/// Compares models trained with the same data, initial weights and number of steps, but with different weights alpha of
/// the derivatives. They are evaluated on held-out trajectories: error of the state and of its derivatives over the
/// number of predicted steps.
/// </summary>
internal static class ModelAccuracyStudy
{
    // added to the seed for the held-out trajectories
    private const long HeldOut = 1_000_000;
    private const int Lanes = 64;

    public static void Run(StudyContext context)
    {
        var options = context.OptionsAs<ModelAccuracyOptions>();
        TorchLibrary.RequireOneThread();
        using var workers = new WorkerPool(1);
        using var env = context.Environment(options.Environment, workers);
        var found = new List<(double Alpha, int Seed, Prediction Prediction)>();
        for (int seed = 0; seed < options.Seeds; seed++)
        {
            using var scope = torch.NewDisposeScope();
            var motion = RandomMotion.Roll(
                env, Lanes, Math.Max(1, (options.Transitions + Lanes - 1) / Lanes), options.Smoothness, seed);
            var test = RandomMotion.Roll(
                env, options.Trajectories, options.Horizon, options.Smoothness, HeldOut + seed);
            foreach (double alpha in options.Alphas)
            {
                using var model = context.Model(
                    options.Model, env, seed, "model.alpha=" + alpha.ToString(CultureInfo.InvariantCulture));
                if (!model.Spec.Learned)
                    throw new ConfigurationException(
                        $"{options.Model} is not learned, so there is nothing to measure.");
                double fitted = Fit(options, env, model, motion, seed);
                var prediction = Prediction.Of(env, model, test, seed);
                found.Add((alpha, seed, prediction));
                var culture = CultureInfo.InvariantCulture;
                var (state, derivative) = (prediction.State, prediction.Derivative);
                string fit = string.Create(culture, $"seed {seed}, alpha {alpha}: training error {fitted:0.0000}");
                string first = string.Create(culture, $"state {state[0]:0.0000}, derivative {derivative[0]:0.000}");
                string last = string.Create(culture, $"state {state[^1]:0.000}, derivative {derivative[^1]:0.000}");
                string cosine = string.Create(culture, $"cosine {prediction.Cosine[^1]:0.000}");
                context.Say($"{fit}; one step: {first}; {options.Horizon} steps: {last}, {cosine}");
                Table(context, env.Spec.Id, options, found);
            }
        }
        Figure(context, options, found, "state", "error of the state, in spreads", p => p.State);
        Figure(context, options, found, "derivative", "relative error of the derivatives", p => p.Derivative);
        Figure(context, options, found, "cosine", "cosine of the derivatives", p => p.Cosine);
    }

    private static double Fit(
        ModelAccuracyOptions options, IDifferentiableEnv env, IDynamicsModel model, RandomMotion motion, int seed)
    {
        using var scope = torch.NewDisposeScope();
        var set = new TrainingSet(env, motion, model.Spec, options.MaxDerivativeNorm, seed);
        var random = new CounterRandom(seed, "study/batches");
        double error = double.NaN;
        for (int k = 0; k < options.Updates; k++)
        {
            using var inner = torch.NewDisposeScope();
            double now = model.Fit(set.Sample(options.Batch, random, k)).ValueError;
            error = double.IsNaN(error) ? now : error + (0.02 * (now - error));
        }
        return error;
    }

    private static void Table(
        StudyContext context, string environment, ModelAccuracyOptions options,
        List<(double Alpha, int Seed, Prediction Prediction)> found) =>
        context.Table(
        "model-accuracy",
        "environment,model,seed,alpha,steps,state_error,derivative_error,derivative_cosine",
        found.SelectMany(f => Enumerable.Range(0, options.Horizon).Select(t => new object[]
        {
            environment, options.Model, f.Seed, f.Alpha, t + 1, f.Prediction.State[t], f.Prediction.Derivative[t],
            f.Prediction.Cosine[t],
        })));

    private static void Figure(
        StudyContext context, ModelAccuracyOptions options, List<(double Alpha, int Seed, Prediction Prediction)> found,
        string name, string label, Func<Prediction, double[]> values)
    {
        double[] steps = [.. Enumerable.Range(1, options.Horizon).Select(t => (double)t)];
        context.Figure(
            name,
            options.Environment,
            "steps ahead",
            label,
            options.Alphas.Select(a => new StudyCurve(
                FormattableString.Invariant($"alpha = {a}"), steps,
                [.. found.Where(f => f.Alpha == a).Select(f => values(f.Prediction))])));
    }
}
