using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>A batch that is shared by several threads gives the same bits as on one thread.</summary>
public sealed class SharedBatches
{
    private const int Batch = 1024 + 3;

    [Fact]
    public void Two_workers_compute_what_one_computes()
    {
        using var one = new HostSharedWorkers(1);
        using var two = new HostSharedWorkers(2);
        var engine = new Engines<float>(new CartPoleSwingUp(new DiffRlOptions()));
        float[] state = Numbers(1, Batch * 4), action = Numbers(2, Batch);
        var alone = engine.Forward(Batch, state, action, one);
        var shared = engine.Forward(Batch, state, action, two);
        Assert.Equal(alone.Next, shared.Next);
        Assert.Equal(alone.Observation, shared.Observation);
        Assert.Equal(alone.Reward, shared.Reward);
        Assert.Equal(alone.Tape, shared.Tape);
        Assert.Equal((0, 1), (one.Runs, two.Runs));

        float[] dNext = Numbers(3, Batch * 4), dObservation = Numbers(4, Batch * 5), dReward = Numbers(5, Batch);
        var back = engine.Backward(Batch, alone.Tape, dNext, dObservation, dReward, one);
        var sharedBack = engine.Backward(Batch, shared.Tape, dNext, dObservation, dReward, two);
        Assert.Equal(back.dState, sharedBack.dState);
        Assert.Equal(back.dAction, sharedBack.dAction);
        Assert.Equal((0, 2), (one.Runs, two.Runs));
        Assert.Contains(sharedBack.dState, d => d != 0);
    }

    private static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
