namespace MbMix.Studies;

/// <summary>A measurement with a name: writes tables and figures of one question into a folder.</summary>
/// <param name="Name">Name.</param>
/// <param name="Description">One line about it.</param>
/// <param name="OptionsType">Its options.</param>
/// <param name="Run">Does it.</param>
public sealed record Study(string Name, string Description, Type OptionsType, Action<StudyContext> Run)
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new("tabular", "Figure 3: window lengths and their mix on small random Markov decision problems, with exact gradients.", typeof(Tabular.TabularOptions), Tabular.TabularStudy.Run),
        new("model-accuracy", "Figure 6: error of states and derivatives over the horizon, of models trained with and without derivatives.", typeof(ModelAccuracy.ModelAccuracyOptions), ModelAccuracy.ModelAccuracyStudy.Run),
        new("gradient-variance", "Theorem 1: variance and direction of the policy gradient over lambda and the window length.", typeof(GradientVariance.GradientVarianceOptions), GradientVariance.GradientVarianceStudy.Run),
    ];

    /// <summary>A study by name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static Study Find(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException($"There is no study '{name}'.{Suggestion.For(name, All.Select(s => s.Name))}");

    /// <summary>Runs the study.</summary>
    /// <param name="sessions">Where environments and models come from.</param>
    /// <param name="settings">Settings, <c>study.key=value</c>, <c>env.key=value</c>, <c>model.key=value</c>.</param>
    /// <param name="folder">Receives tables, figures and the options.</param>
    /// <param name="say">Told how it gets on.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public void Execute(TrainingSessions sessions, IReadOnlyList<string> settings, string folder, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Run(StudyContext.Create(this, sessions, settings, folder, say));
    }
}
