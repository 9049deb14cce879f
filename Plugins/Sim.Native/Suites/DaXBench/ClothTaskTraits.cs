namespace MbMix.Sim.Native;

/// <summary>What tells one cloth task from another.</summary>
/// <param name="Id">Id of the environment.</param>
/// <param name="Steps">Steps of an episode.</param>
/// <param name="Goal">Name of the goal.</param>
internal sealed record ClothTaskTraits(string Id, int Steps, string Goal)
{
    private static readonly ClothMaterial Plain = new(Stiffness: 900, Friction: 0.5, Period: 0.002);

    /// <summary>Fold the cloth once.</summary>
    public static ClothTaskTraits FoldOnce { get; } = new("daxbench/fold-cloth-1-v1", 3, "fold-cloth-1");

    /// <summary>Fold the cloth three times.</summary>
    public static ClothTaskTraits FoldThrice { get; } = new("daxbench/fold-cloth-3-v1", 4, "fold-cloth-3");

    /// <summary>Fold a T-shirt.</summary>
    public static ClothTaskTraits FoldShirt { get; } = new("daxbench/fold-tshirt-v1", 5, "fold-tshirt")
    {
        Shirt = true,
        Material = new(Stiffness: 5000, Friction: 0.9, Period: 0.0005),
        ObservedEvery = 10,
    };

    /// <summary>Spread out a cloth that was folded once.</summary>
    public static ClothTaskTraits UnfoldOnce { get; } = new("daxbench/unfold-cloth-1-v1", 15, "flat")
    {
        Material = Plain with { Friction = 3 },
        RandomFolds = 1,
    };

    /// <summary>Spread out a cloth that was folded three times.</summary>
    public static ClothTaskTraits UnfoldThrice { get; } = UnfoldOnce with
    {
        Id = "daxbench/unfold-cloth-3-v1",
        RandomFolds = 3,
    };

    /// <summary>Whether the cloth is a T-shirt.</summary>
    public bool Shirt { get; init; }

    /// <summary>The material.</summary>
    public ClothMaterial Material { get; init; } = Plain;

    /// <summary>Particles from one that is observed to the next.</summary>
    public int ObservedEvery { get; init; } = 1;

    /// <summary>Random folds before an episode starts.</summary>
    public int RandomFolds { get; init; }
}
