using System.ComponentModel.DataAnnotations;
using MbMix.Simulation;

namespace Template.Project;

/// <summary>Options of the environment, to be set with <c>--set env.key=value</c>.</summary>
public sealed class TemplateClassOptions : TracedEnvOptions
{
    /// <summary>Length of the rope in meters. Default 1.</summary>
    [Range(0.2, 5.0)]
    public double Rope { get; set; } = 1;
}
