using MbMix.Sim.Native;

namespace MbMix.Tests.Support;

/// <summary>A cloth task that is stepped by scripts, without fading rewards, in lanes that all do the same.</summary>
internal sealed class ClothWorld
{
    private readonly ClothTask task;
    private readonly Engines<float> engine;
    private readonly double[] start;
    private float[] state;

    public ClothWorld(ClothTaskTraits traits, ClothPhysics physics = ClothPhysics.Published)
    {
        task = new ClothTask(traits, new ClothOptions { RandomStart = false, Discounted = false, Physics = physics });
        engine = new Engines<float>(task);
        start = new double[task.Spec.State.Size];
        task.Reset(new LaneKey(0, 0, 0), start);
        state = [];
        Reset();
    }

    public int Particles => (start.Length - 5) / 6;

    public ReadOnlySpan<float> State => state;

    /// <summary>The flat cloth, moved along x and z.</summary>
    public ClothWorld Reset(double x = 0, double z = 0)
    {
        state = Array.ConvertAll(start, value => (float)value);
        for (int i = 0; i < Particles; i++)
        {
            state[3 * i] += (float)x;
            state[(3 * i) + 2] += (float)z;
        }
        return this;
    }

    /// <summary>Picks at (x, z) and places at another point; returns the reward.</summary>
    public double Pull(double x, double z, double toX, double toZ)
    {
        var step = engine.Forward(1, state, [(float)x, 0, (float)z, (float)toX, 0, (float)toZ]);
        Assert.Equal(FaultCode.None, step.Fault[0]);
        state = step.Next;
        return step.Reward[0];
    }

    /// <summary>A pull beside the cloth.</summary>
    public double Miss() => Pull(0.05, 0.05, 0.1, 0.1);

    public (float X, float Y, float Z) At(int particle) =>
        (state[3 * particle], state[(3 * particle) + 1], state[(3 * particle) + 2]);
}
