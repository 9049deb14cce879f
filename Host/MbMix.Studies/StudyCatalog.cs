namespace MbMix.Studies;

/// <summary>The available studies.</summary>
public static class StudyCatalog
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new(
            "tabular",
            "Figure 3: single window lengths and their mix on small random Markov decision problems, with exact "
            + "gradients.",
            typeof(Tabular.TabularOptions),
            Tabular.TabularStudy.Run),
        new(
            "model-accuracy",
            "Figure 6: error of predicted states and derivatives over the horizon, for models trained with and without "
            + "derivatives.",
            typeof(ModelAccuracy.ModelAccuracyOptions),
            ModelAccuracy.ModelAccuracyStudy.Run) { Sections = ["env", "model"] },
        new(
            "gradient-variance",
            "Theorem 1: variance and direction of the policy gradient as functions of lambda and the window length.",
            typeof(GradientVariance.GradientVarianceOptions),
            GradientVariance.GradientVarianceStudy.Run) { Sections = ["env"] },
        new(
            "model-gradient",
            "Agreement of policy gradients through learned models with exact ones, by window length.",
            typeof(ModelGradient.ModelGradientOptions),
            ModelGradient.ModelGradientStudy.Run) { Sections = ["env", "model"] },
        new(
            "gait",
            "Figure 5: how far, how safely and with which steps the policies of runs run on two feet.",
            typeof(Gaits.GaitOptions),
            Gaits.GaitStudy.Run),
        new(
            "cloth",
            "Table 2: how cloth lies at the end of an episode, by the policies of runs, by a script, and untouched.",
            typeof(Cloth.ClothOptions),
            Cloth.ClothStudy.Run),
    ];

    /// <summary>Finds a study by name, ignoring case.</summary>
    /// <exception cref="ConfigurationException">There is no study of this name.</exception>
    public static Study Find(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException(
            $"There is no study '{OneLine.Value(name)}'.{Suggestion.For(name, All.Select(s => s.Name))}");
}
