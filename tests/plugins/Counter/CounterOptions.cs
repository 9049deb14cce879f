using System.ComponentModel.DataAnnotations;

namespace Counting;

public sealed class CounterOptions
{
    /// <summary>Steps of an episode.</summary>
    [Range(1, 1_000_000)]
    public int Length { get; set; } = 10;

    /// <summary>Step that terminates the task; 0 for none.</summary>
    public int TerminateAt { get; set; }

    /// <summary>Step whose reward is NaN; 0 for none.</summary>
    public int NanRewardAt { get; set; }

    /// <summary>Step after which the observation is infinite; 0 for none.</summary>
    public int NanObservationAt { get; set; }

    /// <summary>Step after which the state is NaN; 0 for none.</summary>
    public int NanStateAt { get; set; }

    /// <summary>Whether start states are NaN.</summary>
    public bool NanStart { get; set; }

    /// <summary>Last lane whose numbers go wrong; all of them by default.</summary>
    public int LastLane { get; set; } = int.MaxValue;

    /// <summary>Reward of a step, times that of the build.</summary>
    public double Reward { get; set; } = 1;
}
