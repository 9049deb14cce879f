using System.ComponentModel.DataAnnotations;
using MbMix.Learning;

namespace MbMix.Algo.SAC;

/// <summary>Settings of SAC.</summary>
public sealed class SacOptions : SoftActorCriticOptions
{
    /// <summary>
    /// Steps of every environment per iteration; the updates for them follow in one block. Default 16.
    /// </summary>
    [Range(1, 100_000)]
    public int Horizon { get; set; } = 16;
}
