namespace MbMix.Studies.Cloth;

/// <summary>Pulls that fold a cloth, written by hand: one per step of an episode; afterwards nothing is done.</summary>
internal static class ClothScripts
{
    /// <summary>
    /// The pulls of each task: where the particle that is picked lies on the flat cloth at its place, and where it is
    /// placed, as (x, z) [m].
    /// </summary>
    public static IReadOnlyDictionary<string, (double X, double Z, double ToX, double ToZ)[]> Pulls { get; } =
        new Dictionary<string, (double, double, double, double)[]>
        {
            ["daxbench/fold-cloth-1-v1"] = [(0.5, 0.2125, 0.494, 0.69)],
            ["daxbench/fold-cloth-3-v1"] = [(0.5, 0.2125, 0.494, 0.69)],
            ["daxbench/fold-tshirt-v1"] =
                [(0.305, 0.415, 0.46, 0.415), (0.69, 0.415, 0.54, 0.415), (0.5, 0.715, 0.5, 0.33)],
            ["daxbench/unfold-cloth-1-v1"] = [(0.4, 0.2125, 0.4, 0.2125)],
            ["daxbench/unfold-cloth-3-v1"] = [(0.4, 0.2125, 0.4, 0.2125)],
        };
}
