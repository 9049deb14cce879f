namespace MbMix.Comparison;

/// <summary>
/// What the last start of a comparison consisted of, in order, so that its report can be written again from the stored
/// runs alone.
/// </summary>
/// <param name="Environments">Names of the environments.</param>
/// <param name="Arms">Labels of the arms.</param>
/// <param name="FirstSeed">The first seed.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="Scale">For each environment, the returns that become scores 0 and 1, if they were given.</param>
internal sealed record ComparisonLayout(
    string[] Environments, string[] Arms, int FirstSeed, int Seeds, SortedDictionary<string, double[]> Scale)
{
    private const int MostSeeds = 10_000;

    public static ComparisonLayout Of(ComparisonPlan plan) => new(
        [.. plan.Environments], [.. plan.Arms.Select(a => a.Label)], plan.FirstSeed, plan.Seeds,
        new(plan.Scale.ToDictionary(s => s.Key, s => new[] { s.Value.Zero, s.Value.One }), StringComparer.Ordinal));

    /// <exception cref="ConfigurationException">The document is no layout.</exception>
    public static ComparisonLayout Read(DocumentValue json)
    {
        var scale = new SortedDictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var (environment, ends) in json.Find("scale")?.Members() ?? [])
        {
            double[] two = [.. ends.Elements().Select(e => e.Number())];
            if (two.Length != 2) throw ends.Wrong("two returns, those of scores 0 and 1");
            scale[environment] = two;
        }
        return new(
            [.. json.Get("environments", "a list of names").Texts()], [.. json.Get("arms", "a list of labels").Texts()],
            (int)json.Get("firstSeed", "a seed").Integer(0, MostSeeds),
            (int)json.Get("seeds", "a number of seeds").Integer(1, MostSeeds), scale);
    }
}
