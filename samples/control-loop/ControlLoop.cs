using MbMix.Learning;

namespace Samples.ControlLoop;

/// <summary>Controls a plant with a policy at a fixed rate. Once it runs, it allocates nothing.</summary>
/// <param name="policy">The policy.</param>
/// <param name="plant">The plant.</param>
/// <param name="rate">Ticks per second.</param>
internal sealed class ControlLoop(LoadedPolicy policy, CartPole plant, int rate)
{
    private readonly float[] observation = new float[CartPole.ObservationSize];
    private readonly float[] action = new float[1];
    private readonly long period = 1_000_000_000 / rate; // ns

    /// <summary>How much later than planned the ticks began.</summary>
    public Durations Lateness { get; } = new();

    /// <summary>How long the work of the ticks took.</summary>
    public Durations Work { get; } = new();

    /// <summary>Ticks left out because the tick before ended after they should have begun.</summary>
    public long Missed { get; private set; }

    public long AllocatedBytes { get; private set; }

    /// <summary>Runs some ticks, or fewer if it is told to stop.</summary>
    /// <returns>The number of ticks that were run.</returns>
    public long Run(long ticks, CancellationToken stop)
    {
        // what runs for the first time is compiled, and that takes its time
        policy.Act(observation, action);
        Clock.SleepUntil(Clock.Now);
        new Durations().Add(0);

        long allocated = GC.GetAllocatedBytesForCurrentThread(), tick = 0;
        for (long due = Clock.Now + period; tick < ticks && !stop.IsCancellationRequested; tick++, due += period)
        {
            Clock.SleepUntil(due);
            long begin = Clock.Now;
            plant.Observe(observation);
            policy.Act(observation, action);
            plant.Step(action[0], period * 1e-9);
            long end = Clock.Now;

            Lateness.Add(begin - due);
            Work.Add(end - begin);
            // catching up in a burst would be worse than leaving ticks out
            for (; end > due + period; due += period) Missed++;
        }
        AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return tick;
    }
}
