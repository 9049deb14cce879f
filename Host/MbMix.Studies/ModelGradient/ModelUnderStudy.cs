using System.Globalization;

namespace MbMix.Studies.ModelGradient;

/// <summary>One of the compared models, with what trains it.</summary>
internal sealed class ModelUnderStudy : IDisposable
{
    private readonly IDynamicsModel model;
    private readonly CounterRandom members;

    public ModelUnderStudy(
        StudyContext context, ModelGradientOptions options, ResolvedConfiguration training, string variant,
        IDifferentiableEnv env, long seed)
    {
        Variant = variant;
        var (updates, batch) = (options.Updates, options.Batch);
        List<string> settings = [];
        foreach (string setting in variant.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Number(setting, "updates") is { } u) updates = u;
            else if (Number(setting, "batch") is { } b) batch = b;
            else settings.Add("model." + setting);
        }
        model = context.Model(training, env, seed, settings);
        Learner = new ModelLearner(
            model, env,
            new ModelLearnerSettings(updates, options.Warmup, batch, options.ReplayCapacity, options.MaxDerivativeNorm),
            training.Run.Budget, seed);
        members = new CounterRandom(seed, "study/members");
    }

    /// <summary>The settings by which it differs.</summary>
    public string Variant { get; }

    public ModelLearner Learner { get; }

    /// <summary>Error of the last window before the model was fitted to it.</summary>
    public double HeldOutError { get; private set; } = double.NaN;

    /// <summary>Measures the error of a window, then learns from it.</summary>
    public void Learn(RolloutWindow window, long iteration)
    {
        double error = Learner.HeldOutError(window);
        // a single window is noisy
        HeldOutError = double.IsNaN(HeldOutError) ? error : HeldOutError + (0.1 * (error - HeldOutError));
        Learner.Learn(window, iteration);
    }

    /// <summary>The dynamics of one batch of rollouts.</summary>
    public Func<Tensor, Tensor, Tensor> Dynamics(int horizon, long draw) => Learner.Dynamics(horizon, members, draw);

    public void Dispose() => model.Dispose();

    private static int? Number(string setting, string key)
    {
        if (!setting.StartsWith(key + "=", StringComparison.OrdinalIgnoreCase)) return null;
        return int.TryParse(setting[(key.Length + 1)..], CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new ConfigurationException($"study.variants: '{OneLine.Value(setting)}' is no positive integer.");
    }
}
