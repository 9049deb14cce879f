using System.Diagnostics;

namespace MbMix.Learning;

/// <summary>Splits the wall-clock time of one iteration into its parts.</summary>
public sealed class PhaseClock
{
    private readonly VectorEnv envs;
    private readonly double simulatedBefore;
    private readonly long[] ticks = new long[3];
    private long since = Stopwatch.GetTimestamp();
    private Phase current;

    /// <summary>Starts in <see cref="Phase.Rest"/>.</summary>
    /// <param name="envs">Where simulation is measured.</param>
    public PhaseClock(VectorEnv envs)
    {
        this.envs = envs;
        simulatedBefore = envs.SimulationSeconds;
    }

    /// <summary>Ends the current phase and begins another; the same one may be entered any number of times.</summary>
    /// <param name="phase">What comes now.</param>
    /// <returns>The phase that ended, to go back to.</returns>
    public Phase Enter(Phase phase)
    {
        long now = Stopwatch.GetTimestamp();
        ticks[(int)current] += now - since;
        since = now;
        (phase, current) = (current, phase);
        return phase;
    }

    /// <summary>The parts so far.</summary>
    public PhaseSeconds Report()
    {
        Enter(current);
        double simulation = envs.SimulationSeconds - simulatedBefore;
        double Seconds(Phase phase) => ticks[(int)phase] / (double)Stopwatch.Frequency;
        return new PhaseSeconds(
            simulation,
            Math.Max(0, Seconds(Phase.Networks) - simulation),
            Seconds(Phase.Optimizer),
            Seconds(Phase.Rest) + Seconds(Phase.Networks) + Seconds(Phase.Optimizer));
    }
}
