using System.ComponentModel.DataAnnotations;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the environment that is made from an MJCF file.</summary>
public sealed class RobotOptions : TracedEnvOptions
{
    /// <summary>The MJCF file. Default null: none; one must be given.</summary>
    public string? File { get; set => field = Full(value); }

    /// <summary>
    /// The task file: what is observed, rewarded and so on. Default null: stand if the robot has a free joint, else
    /// hold the start position.
    /// </summary>
    public string? Task { get; set => field = Full(value); }

    /// <summary>
    /// Substeps per control step. Default null: as many as make a substep no longer than 1/960 s or a time step of the
    /// model, whichever is shorter.
    /// </summary>
    [Range(1, 100_000)]
    public int? Substeps { get; set; }

    /// <summary>Normal force per depth of all ground contacts [N/m]. Default null: chosen from the robot.</summary>
    [Range(1e-6, 1e12)]
    public double? ContactStiffness { get; set; }

    /// <summary>
    /// Damping force per normal speed of all ground contacts [N s/m]. Default null: chosen from the robot.
    /// </summary>
    [Range(1e-6, 1e12)]
    public double? ContactDamping { get; set; }

    /// <summary>
    /// Friction force per sliding speed of all ground contacts, below the Coulomb limit [N s/m]. Default null: chosen
    /// from the robot.
    /// </summary>
    [Range(1e-6, 1e12)]
    public double? ContactViscosity { get; set; }

    // what a run records must not depend on the folder in which it was started
    private static string? Full(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path);
}
