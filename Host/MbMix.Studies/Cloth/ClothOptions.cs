using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.Cloth;

/// <summary>Settings of the study of cloth.</summary>
public sealed class ClothOptions
{
    /// <summary>Folders of the runs whose policies are measured. Default: none, only the tasks themselves.</summary>
    [Required]
    public string[] Runs { get; set; } = [];

    /// <summary>
    /// Tasks whose scripts are measured beside the runs. Default: those of the runs, or all without runs.
    /// </summary>
    [Required]
    public string[] Tasks { get; set; } = [];

    /// <summary>Episodes per policy and script. Default 32.</summary>
    [Range(2, 2048)]
    public int Episodes { get; set; } = 32;

    /// <summary>Seed of the start states. Default 1000.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; set; } = 1000;
}
