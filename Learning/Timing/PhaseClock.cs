using System.Diagnostics;

namespace MbMix.Learning;

/// <summary>
/// Attributes the wall-clock time of an iteration to its parts: each call says what the time since the last call was spent on.
/// </summary>
/// <param name="envs">The lanes whose simulator measures itself.</param>
public sealed class PhaseClock(VectorEnv envs)
{
    private long begin;
    private long last;
    private long networks;
    private long optimizer;
    private double simulationBefore;
    private double backwardBefore;

    /// <summary>Starts an iteration.</summary>
    public void Begin()
    {
        begin = last = Stopwatch.GetTimestamp();
        networks = optimizer = 0;
        simulationBefore = envs.SimulationSeconds;
        backwardBefore = envs.BackwardSeconds;
    }

    /// <summary>The time since the last call went into networks and losses, or into a backward pass.</summary>
    public void Networks() => networks += Lap();

    /// <summary>The time since the last call went into clipping and parameter updates.</summary>
    public void Optimizer() => optimizer += Lap();

    /// <summary>The time since the last call went into anything else; the simulator measures its own.</summary>
    public void Other() => Lap();

    /// <summary>The parts so far. The simulator's adjoint runs inside backward passes and is taken out of them.</summary>
    public PhaseSeconds Report()
    {
        double adjoint = envs.BackwardSeconds - backwardBefore;
        return new PhaseSeconds(
            envs.SimulationSeconds - simulationBefore,
            Math.Max(Seconds(networks) - adjoint, 0),
            Seconds(optimizer),
            Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private static double Seconds(long ticks) => ticks / (double)Stopwatch.Frequency;

    private long Lap()
    {
        long now = Stopwatch.GetTimestamp(), lap = now - last;
        last = now;
        return lap;
    }
}
