using MbMix.Numerics;

namespace MbMix.Sim.Native;

/// <summary>The random numbers of one start state, drawn one after another.</summary>
internal sealed class StartNoise
{
    private readonly float[] uniform;
    private int next;

    public StartNoise(LaneKey lane, string environment, int count)
    {
        uniform = new float[count];
        new CounterRandom(lane.Seed, environment).Uniform(uniform, lane.Episode, lane.Lane);
    }

    /// <summary>Draws the next number, uniform in [-spread, spread].</summary>
    /// <param name="spread">Half the width of the interval.</param>
    public double Within(double spread) => 2 * spread * (uniform[next++] - 0.5);
}
