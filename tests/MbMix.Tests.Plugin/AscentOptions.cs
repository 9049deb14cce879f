using System.ComponentModel.DataAnnotations;

namespace MbMix.Tests.Plugin;

public sealed class AscentOptions : IValidatableObject
{
    /// <summary>Environments side by side.</summary>
    [Range(1, 4096)]
    public int Lanes { get; set; } = 8;

    /// <summary>Steps differentiated through.</summary>
    [Range(1, 64)]
    public int Horizon { get; set; } = 4;

    [Range(0.0, 1.0)]
    public double LearningRate { get; set; } = 0.05;

    public ModelUse Model { get; set; } = ModelUse.Optional;

    public int[] Layers { get; set; } = [4];

    public NoiseOptions Noise { get; set; } = new();

    /// <summary>Milliseconds to wait in every iteration.</summary>
    public int Delay { get; set; }

    /// <summary>Iteration that waits while <see cref="HoldFile"/> is there; 0 for none.</summary>
    public int HoldAt { get; set; }

    /// <summary>Written when the iteration <see cref="HoldAt"/> has begun; whoever deletes it lets the iteration go on.</summary>
    public string HoldFile { get; set; } = "";

    /// <summary>Floats that only make checkpoints bigger.</summary>
    public int Ballast { get; set; }

    /// <summary>Iteration that throws; 0 for none.</summary>
    public int ThrowAt { get; set; }

    public string Message { get; set; } = "thrown on request";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Lanes * Horizon > 10_000) yield return new ValidationResult("lanes times horizon must not exceed 10000");
    }
}
