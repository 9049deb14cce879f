using System.ComponentModel.DataAnnotations;

namespace MbMix.Tests.Plugin;

public sealed class NoiseOptions
{
    [Range(0.0, 1.0)]
    public double Scale { get; set; } = 0.1;
}
