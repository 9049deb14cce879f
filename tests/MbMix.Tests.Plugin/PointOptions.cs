using System.ComponentModel.DataAnnotations;

namespace MbMix.Tests.Plugin;

public sealed class PointOptions
{
    /// <summary>Steps of an episode.</summary>
    [Range(1, 1000)]
    public int EpisodeLength { get; set; } = 20;

    /// <summary>Start positions lie between plus and minus this.</summary>
    [Range(0.0, 10.0)]
    public double Spread { get; set; } = 1;

    /// <summary>Throws in the constructor.</summary>
    public bool Broken { get; set; }
}
