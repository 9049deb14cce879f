namespace MbMix.Studies;

/// <summary>The studies there are.</summary>
public static class StudyCatalog
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new(
            "tabular",
            "Figure 3: window lengths and their mix on small random Markov decision problems, with exact gradients.",
            typeof(Tabular.TabularOptions),
            Tabular.TabularStudy.Run),
        new(
            "model-accuracy",
            "Figure 6: error of states and derivatives over the horizon, of models trained with and without derivatives.",
            typeof(ModelAccuracy.ModelAccuracyOptions),
            ModelAccuracy.ModelAccuracyStudy.Run),
        new(
            "gradient-variance",
            "Theorem 1: variance and direction of the policy gradient over lambda and the window length.",
            typeof(GradientVariance.GradientVarianceOptions),
            GradientVariance.GradientVarianceStudy.Run),
    ];

    /// <summary>A study by name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static Study Find(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException($"There is no study '{OneLine.Value(name)}'.{Suggestion.For(name, All.Select(s => s.Name))}");
}
