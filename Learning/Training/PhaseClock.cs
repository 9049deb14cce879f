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
    private double networks;
    private double optimizer;
    private double model;
    private double simulationBefore;
    private double derivativesBefore;
    private double derivativesSeen;

    /// <summary>Starts an iteration.</summary>
    public void Begin()
    {
        envs.BeginIteration();
        begin = last = Stopwatch.GetTimestamp();
        networks = optimizer = model = 0;
        simulationBefore = envs.SimulationSeconds;
        derivativesBefore = derivativesSeen = envs.BackwardSeconds;
    }

    /// <summary>The time since the last call went into networks and losses, or into a backward pass.</summary>
    public void Networks() => networks += Lap();

    /// <summary>The time since the last call went into clipping and parameter updates.</summary>
    public void Optimizer() => optimizer += Lap();

    /// <summary>The time since the last call went into fitting a dynamics model or rolling it out.</summary>
    public void Model() => model += Lap();

    /// <summary>The time since the last call went into anything else; the simulator measures its own.</summary>
    public void Other() => Lap();

    /// <summary>The parts so far.</summary>
    public PhaseSeconds Report() => new(envs.SimulationSeconds - simulationBefore, networks, optimizer, Stopwatch.GetElapsedTime(begin).TotalSeconds)
    {
        Derivatives = envs.BackwardSeconds - derivativesBefore,
        Model = model,
    };

    // the simulator's derivatives are taken inside backward passes and model fits; they are simulation and nothing else
    private double Lap()
    {
        long now = Stopwatch.GetTimestamp();
        double derivatives = envs.BackwardSeconds, lap = ((now - last) / (double)Stopwatch.Frequency) - (derivatives - derivativesSeen);
        (last, derivativesSeen) = (now, derivatives);
        return Math.Max(lap, 0);
    }
}
