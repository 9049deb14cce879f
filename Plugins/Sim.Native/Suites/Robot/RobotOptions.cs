using System.ComponentModel.DataAnnotations;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the environment that is made from an MJCF file.</summary>
public sealed class RobotOptions : TracedEnvOptions
{
    /// <summary>Path of the MJCF file. There is no default.</summary>
    public string File { get; set; } = "";

    /// <summary>Path of the task file (docs/task-files.md). Default null: the default task.</summary>
    public string? Task { get; set; }

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
}
