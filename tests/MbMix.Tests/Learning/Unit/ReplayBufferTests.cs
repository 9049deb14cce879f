using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

public sealed class ReplayBufferTests
{
    [Fact]
    public void Rows_stay_together_and_the_oldest_are_overwritten()
    {
        using var scope = NewDisposeScope();
        var buffer = new ReplayBuffer(10, stateSize: 2, actionSize: 1, tangentSize: 3, probes: 2);
        for (int i = 0; i < 7; i++) buffer.Add(Batch(i * 4, 4));
        Assert.Equal((10, 28), (buffer.Count, buffer.Added));
        var sample = buffer.Sample(200, new CounterRandom(1, "replay"), 0);
        var seen = new HashSet<int>();
        for (int i = 0; i < 200; i++)
        {
            float id = sample.State[i, 0].item<float>();
            seen.Add((int)id);
            Assert.Equal(id + 0.5f, sample.State[i, 1].item<float>());
            Assert.Equal(-id, sample.Action[i, 0].item<float>());
            Assert.Equal(id + 1, sample.NextState[i, 0].item<float>());
            Assert.Equal(id * 100 + 5, sample.Directions![i, 1, 2].item<float>());
            Assert.Equal(id * 200 + 3, sample.StateProducts![i, 1, 0].item<float>());
            Assert.Equal(id * 300 + 1, sample.ActionProducts![i, 1, 0].item<float>());
        }
        Assert.Equal(Enumerable.Range(18, 10), seen.Order());
    }

    [Fact]
    public void Invalid_rows_are_left_out()
    {
        using var scope = NewDisposeScope();
        var buffer = new ReplayBuffer(10, 2, 1);
        buffer.Add(Batch(0, 4), [true, false, false, true]);
        var sample = buffer.Sample(50, new CounterRandom(1, "replay"), 0);
        Assert.Equal(2, buffer.Count);
        Assert.Equal([0f, 3f], sample.Action.Values<float>().ToArray().Select(a => -a + 0f).Distinct().Order());
    }

    [Fact]
    public void A_sequence_of_checkpoints_restores_the_same_samples()
    {
        using var scope = NewDisposeScope();
        ReplayBuffer a = new(10, 2, 1, 3, 2), b = new(10, 2, 1, 3, 2);
        var checkpoint = new LearningCheckpoint();
        for (int i = 0; i < 4; i++)
        {
            a.Add(Batch(i * 4, 4));
            a.Save(checkpoint);
        }
        b.Load(checkpoint);
        Assert.Equal((a.Count, a.Added), (b.Count, b.Added));
        var random = new CounterRandom(1, "replay");
        Assert.Equal(a.Sample(20, random, 3).State.Values<float>().ToArray(), b.Sample(20, random, 3).State.Values<float>().ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<MbMixException>(() => new ReplayBuffer(0, 2, 1));
        Assert.Throws<MbMixException>(() => new ReplayBuffer(int.MaxValue, 2, 1));
        var buffer = new ReplayBuffer(4, 2, 1, 3, 2);
        Assert.Throws<MbMixException>(() => buffer.Sample(1, new CounterRandom(1, "r"), 0));
        Assert.Contains("derivative probes", Assert.Throws<MbMixException>(() => buffer.Add(new TransitionBatch(zeros(1, 2), zeros(1, 1), zeros(1, 2)))).Message);
        Assert.Contains("expected 1 rows of 1", Assert.Throws<MbMixException>(() => new ReplayBuffer(4, 2, 1).Add(new TransitionBatch(zeros(1, 2), zeros(1, 2), zeros(1, 2)))).Message);
    }

    private static TransitionBatch Batch(int first, int count)
    {
        var id = arange(first, first + count, dtype: float32).unsqueeze(1);
        Tensor Ramp(int scale, params long[] shape) => id.unsqueeze(2) * scale + arange(shape[0] * shape[1], dtype: float32).view(1, shape[0], shape[1]);
        return new TransitionBatch(cat([id, id + 0.5f], 1), -id, cat([id + 1, id], 1), Ramp(100, 2, 3), Ramp(200, 2, 3), Ramp(300, 2, 1));
    }
}
