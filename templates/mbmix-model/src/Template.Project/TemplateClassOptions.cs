using System.ComponentModel.DataAnnotations;

namespace Template.Project;

/// <summary>Options of the model, to be set with <c>--set model.key=value</c>.</summary>
public sealed class TemplateClassOptions
{
    /// <summary>Penalty on the coefficients, relative to the mean square of the terms. Default 1e-6.</summary>
    [Range(1e-12, 1.0)]
    public double Ridge { get; set; } = 1e-6;

    /// <summary>Share of the old sums that a batch keeps; 1 forgets nothing. Default 0.999.</summary>
    [Range(0.5, 1.0)]
    public double Keep { get; set; } = 0.999;
}
