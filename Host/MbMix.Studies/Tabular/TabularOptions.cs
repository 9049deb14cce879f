using System.ComponentModel.DataAnnotations;

namespace MbMix.Studies.Tabular;

/// <summary>Options of the tabular study.</summary>
public sealed class TabularOptions
{
    /// <summary>Number of states. Default 20.</summary>
    [Range(2, 1000)]
    public int States { get; set; } = 20;

    /// <summary>Number of actions. Default 4.</summary>
    [Range(2, 100)]
    public int Actions { get; set; } = 4;

    /// <summary>Number of states that an action can lead to. Default 3.</summary>
    [Range(1, 1000)]
    public int Successors { get; set; } = 3;

    /// <summary>
    /// Share of the states in which every action gives a reward of 1; in the others, the reward is 0. Default 0.1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Rewarding { get; set; } = 0.1;

    /// <summary>Discount factor gamma. Default 0.95.</summary>
    [Range(0.0, 0.9999)]
    public double Gamma { get; set; } = 0.95;

    /// <summary>Balance factor lambda of MIX. Default 0.95.</summary>
    [Range(0.0, 1.0)]
    public double Lambda { get; set; } = 0.95;

    /// <summary>Longest window lengths H. Default 4, 16, 64.</summary>
    [Required, MinLength(1), ElementRange(1, 100_000)]
    public int[] Horizons { get; set; } = [4, 16, 64];

    /// <summary>Number of gradient steps. Default 300.</summary>
    [Range(1, 1_000_000)]
    public int Iterations { get; set; } = 300;

    /// <summary>Learning rate of Adam. Default 0.05.</summary>
    [Range(1e-6, 10.0)]
    public double LearningRate { get; set; } = 0.05;

    /// <summary>
    /// Fraction by which the values move towards their one-step targets after each gradient step. Default 0.5.
    /// </summary>
    [Range(0.0, 1.0)]
    public double CriticRate { get; set; } = 0.5;

    /// <summary>
    /// Standard deviation of the noise added to each gradient, relative to its root mean square; 0 for exact gradients.
    /// Default 0.
    /// </summary>
    [Range(0.0, 1e6)]
    public double Noise { get; set; }

    /// <summary>Number of random problems. Default 30.</summary>
    [Range(1, 10_000)]
    public int Seeds { get; set; } = 30;
}
