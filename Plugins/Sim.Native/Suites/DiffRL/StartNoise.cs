using MbMix.Numerics;

namespace MbMix.Sim.Native;

/// <summary>The random numbers of one start state, drawn one after the other.</summary>
internal sealed class StartNoise
{
    private readonly float[] uniform;
    private int next;

    public StartNoise(LaneKey lane, string environment, int count)
    {
        uniform = new float[count];
        new CounterRandom(lane.Seed, environment).Uniform(uniform, lane.Episode, lane.Lane);
    }

    /// <summary>Uniform within plus or minus the spread.</summary>
    public double Within(double spread) => 2 * spread * (uniform[next++] - 0.5);
}
