namespace MbMix.Studies;

/// <summary>A named measurement, which answers one question and writes tables and figures into a folder.</summary>
/// <param name="Name">Name of the study on the command line.</param>
/// <param name="Description">Description in one line.</param>
/// <param name="OptionsType">Type of the study's options.</param>
/// <param name="Run">Performs the measurement.</param>
public sealed record Study(string Name, string Description, Type OptionsType, Action<StudyContext> Run)
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new(
            "tabular",
            "Figure 3: window lengths and their mix on small random Markov decision problems, with exact gradients.",
            typeof(Tabular.TabularOptions), Tabular.TabularStudy.Run),
        new(
            "model-accuracy",
            "Figure 6: error of states and derivatives over the horizon, of models trained with and without "
            + "derivatives.",
            typeof(ModelAccuracy.ModelAccuracyOptions), ModelAccuracy.ModelAccuracyStudy.Run),
        new(
            "gradient-variance",
            "Theorem 1: variance and direction of the policy gradient over lambda and the window length.",
            typeof(GradientVariance.GradientVarianceOptions), GradientVariance.GradientVarianceStudy.Run),
    ];

    /// <summary>Finds a study by name.</summary>
    /// <exception cref="ConfigurationException">There is no such study.</exception>
    public static Study Find(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException(
            $"There is no study '{name}'.{Suggestion.For(name, All.Select(s => s.Name))}");

    /// <summary>Runs the study.</summary>
    /// <param name="sessions">Creates the environments and models.</param>
    /// <param name="settings">Settings: <c>study.key=value</c>, <c>env.key=value</c> or <c>model.key=value</c>.</param>
    /// <param name="folder">Path of the folder that receives tables, figures and the options.</param>
    /// <param name="say">Receives lines about progress.</param>
    /// <exception cref="ConfigurationException">A setting is not valid.</exception>
    public void Execute(TrainingSessions sessions, IReadOnlyList<string> settings, string folder, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Run(StudyContext.Create(this, sessions, settings, folder, say));
    }
}
