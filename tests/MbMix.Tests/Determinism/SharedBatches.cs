using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Determinism;

/// <summary>A batch that several threads share gives the bits of one thread.</summary>
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

        float[] toNext = Numbers(3, Batch * 4), toObservation = Numbers(4, Batch * 5), toReward = Numbers(5, Batch);
        var back = engine.Backward(Batch, alone.Tape, toNext, toObservation, toReward, one);
        var sharedBack = engine.Backward(Batch, shared.Tape, toNext, toObservation, toReward, two);
        Assert.Equal(back.State, sharedBack.State);
        Assert.Equal(back.Action, sharedBack.Action);
        Assert.Equal((0, 2), (one.Runs, two.Runs));
        Assert.Contains(sharedBack.State, d => d != 0);
    }

    private static float[] Numbers(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
