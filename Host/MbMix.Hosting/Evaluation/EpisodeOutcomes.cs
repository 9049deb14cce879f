using System.Globalization;

namespace MbMix.Hosting;

/// <summary>What the episodes of an evaluation have come to so far.</summary>
/// <param name="episodes">Number of episodes.</param>
internal sealed class EpisodeOutcomes(int episodes)
{
    private string? reason;
    private int faults;

    /// <summary>Undiscounted return of every episode.</summary>
    public double[] Returns { get; } = new double[episodes];

    /// <summary>Number of steps of every episode.</summary>
    public int[] Lengths { get; } = new int[episodes];

    /// <summary>
    /// Whether a step ends an episode with a fault: the environment reports one, or a number is not finite.
    /// </summary>
    /// <param name="episode">The episode.</param>
    /// <param name="fault">The fault code of the step.</param>
    /// <param name="finite">Whether next state and observation are finite.</param>
    /// <param name="reward">The reward of the step.</param>
    public bool IsFault(int episode, int fault, bool finite, double reward) => fault != FaultCode.None || !finite
        || !double.IsFinite(reward) || !double.IsFinite(Returns[episode] + reward);

    /// <summary>Adds a step that is no fault.</summary>
    public void Add(int episode, double reward)
    {
        Returns[episode] += reward;
        Lengths[episode]++;
    }

    /// <summary>Counts a fault; the first one is remembered with its reason.</summary>
    /// <param name="step">Number of the step in its episode, from 0 on.</param>
    /// <param name="why">Says why, in a few words.</param>
    public void AddFault(int step, Func<string> why)
    {
        if (faults++ == 0) reason = string.Create(CultureInfo.InvariantCulture, $"at step {step + 1}, {why()}");
    }

    /// <summary>Says why a step was a fault.</summary>
    /// <param name="fault">The fault code of the step.</param>
    /// <param name="explained">What the environment says about it; empty if nothing.</param>
    /// <param name="reward">The reward of the step.</param>
    /// <param name="stateIsFinite">Whether the next state is finite.</param>
    /// <param name="observationIsFinite">Whether the observation is finite.</param>
    public static string Explain(
        int fault, string explained, double reward, bool stateIsFinite, bool observationIsFinite) => fault switch
        {
            _ when explained.Length > 0 => explained,
            FaultCode.StateNotFinite => "its state is not finite.",
            FaultCode.ActionNotFinite => "the policy's action is not finite.",
            not FaultCode.None => "the simulator reported an error.",
            _ when !double.IsFinite(reward) => "its reward is not finite.",
            _ when !stateIsFinite => "its state is not finite.",
            _ when !observationIsFinite => "its observation is not finite.",
            _ => "its return is too large for a number.",
        };

    /// <summary>The result, after the last step.</summary>
    public EvaluationResult ToResult() => new(Returns, Lengths, faults) { FaultReason = reason };
}
