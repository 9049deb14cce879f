namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// The random numbers of one start state, in the order they are drawn. They are a function of the lane's key and the
/// environment's id alone.
/// </summary>
public sealed class MuJoCoStartNoise
{
    private const int Block = 64;

    private readonly LaneKey lane;
    private readonly CounterRandom uniform;
    private readonly CounterRandom normal;
    private readonly float[] uniforms = new float[Block];
    private readonly float[] normals = new float[Block];
    private int nextUniform;
    private int nextNormal;

    internal MuJoCoStartNoise(LaneKey lane, string environment)
    {
        this.lane = lane;
        uniform = new(lane.Seed, environment);
        normal = new(lane.Seed, environment + "/normal");
    }

    /// <summary>A number uniform between two limits.</summary>
    public double Uniform(double low, double high) =>
        low + ((high - low) * Next(uniform, uniforms, ref nextUniform, gaussian: false));

    /// <summary>A number uniform within plus or minus the spread.</summary>
    public double Within(double spread) => Uniform(-spread, spread);

    /// <summary>A standard normal number.</summary>
    public double Normal() => Next(normal, normals, ref nextNormal, gaussian: true);

    // Each episode has one counter value. Further blocks of the same start state are 2^40 apart, more episodes than any
    // training has.
    private float Next(in CounterRandom random, float[] block, ref int next, bool gaussian)
    {
        int at = next % Block;
        if (at == 0)
        {
            long counter = lane.Episode + ((long)(next / Block) << 40);
            if (gaussian) random.Normal(block, counter, lane.Lane);
            else random.Uniform(block, counter, lane.Lane);
        }
        next++;
        return block[at];
    }
}
