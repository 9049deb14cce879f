using System.Diagnostics;

namespace MbMix.Learning;

/// <summary>
/// Splits the wall-clock time of an iteration into phases: each call says what the time since the previous call was
/// spent on.
/// </summary>
/// <param name="envs">The environments, whose simulator measures its own time.</param>
public sealed class PhaseClock(VectorEnv envs)
{
    private long begin;
    private long last;
    private double networks;
    private double optimizer;
    private double model;
    private double simulationBefore;
    private double derivativesBefore;
    private double derivativesSeen;

    /// <summary>Starts the clock for a new iteration.</summary>
    public void Begin()
    {
        envs.BeginIteration();
        begin = last = Stopwatch.GetTimestamp();
        networks = optimizer = model = 0;
        simulationBefore = envs.SimulationSeconds;
        derivativesBefore = derivativesSeen = envs.BackwardSeconds;
    }

    /// <summary>Books the time since the previous call to networks, losses and their backward pass.</summary>
    public void Networks() => networks += Lap();

    /// <summary>Books the time since the previous call to gradient clipping and parameter updates.</summary>
    public void Optimizer() => optimizer += Lap();

    /// <summary>Books the time since the previous call to fitting a dynamics model or rolling it out.</summary>
    public void Model() => model += Lap();

    /// <summary>
    /// Books the time since the previous call to no phase, because it went elsewhere or into the simulator, which
    /// measures its own time.
    /// </summary>
    public void Other() => Lap();

    /// <summary>Returns the time of each phase since the start of the iteration.</summary>
    public PhaseSeconds Report() =>
        new(
            envs.SimulationSeconds - simulationBefore, networks, optimizer,
            Stopwatch.GetElapsedTime(begin).TotalSeconds)
        {
            Derivatives = envs.BackwardSeconds - derivativesBefore,
            Model = model,
        };

    // the simulator's derivatives are computed inside backward passes and model fits, but count as simulation only
    private double Lap()
    {
        long now = Stopwatch.GetTimestamp();
        double derivatives = envs.BackwardSeconds,
            lap = ((now - last) / (double)Stopwatch.Frequency) - (derivatives - derivativesSeen);
        (last, derivativesSeen) = (now, derivatives);
        return Math.Max(lap, 0);
    }
}
