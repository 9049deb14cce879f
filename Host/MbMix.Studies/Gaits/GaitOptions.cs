using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.Gaits;

/// <summary>Settings of the study of gaits.</summary>
public sealed class GaitOptions
{
    /// <summary>Folders of the runs whose policies are measured.</summary>
    [Required, MinLength(1)]
    public string[] Runs { get; set; } = [];

    /// <summary>Episodes per policy. Default 16.</summary>
    [Range(1, 2048)]
    public int Episodes { get; set; } = 16;

    /// <summary>Time that is measured [s]. Default 10.</summary>
    [Range(0.1, 1000.0)]
    public double Seconds { get; set; } = 10;

    /// <summary>Names of the bodies of the scene that are the feet. Default: right ankle and left ankle.</summary>
    [Required, MinLength(2), MaxLength(2)]
    public string[] Feet { get; set; } = ["right ankle", "left ankle"];

    /// <summary>Distance by which a foot must be ahead of the other to lead [m]. Default 0.02.</summary>
    [Range(0.0, 10.0)]
    public double Lead { get; set; } = 0.02;

    /// <summary>Seed of the start states. Default 0.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; set; }
}
