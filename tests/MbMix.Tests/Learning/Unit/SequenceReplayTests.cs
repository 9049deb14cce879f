using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.Learning;

/// <summary>Sequences from the replay buffer are successive rows of one lane, all equally likely.</summary>
public sealed class SequenceReplayTests : IDisposable
{
    private readonly IDisposable scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_sequence_never_mixes_lanes_and_every_start_is_drawn()
    {
        // lanes of different lengths, in a buffer that has overwritten its oldest rows
        var replay = new SequenceReplay(40, 3, new ReplayColumn("lane"), new ReplayColumn("time", 2));
        Fill(replay, 100);
        int[] held = Held(replay);
        Assert.Equal(40, held.Sum());
        const int length = 5, draws = 4000;
        Assert.Equal(held.Sum(n => Math.Max(0, n - length + 1)), replay.Sequences(length));
        var batch = replay.Sample(draws, length, new CounterRandom(1, "test"), 0);
        Assert.Equal([length, draws], batch[0].shape);
        Assert.Equal([length, draws, 2], batch[1].shape);
        var starts = new Dictionary<(float, float), int>();
        float[] lanes = batch[0].Values<float>().ToArray(), times = batch[1].Values<float>().ToArray();
        for (int i = 0; i < draws; i++)
        {
            for (int t = 1; t < length; t++)
            {
                Assert.Equal(lanes[i], lanes[(t * draws) + i]);
                Assert.Equal(times[2 * i] + t, times[2 * ((t * draws) + i)]);
            }
            starts[(lanes[i], times[2 * i])] = starts.GetValueOrDefault((lanes[i], times[2 * i])) + 1;
        }
        Assert.Equal(replay.Sequences(length), starts.Count);
        double expected = draws / (double)starts.Count;
        Assert.All(starts.Values, n => Assert.InRange(n, expected * 0.6, expected * 1.5));
    }

    [Fact]
    public void Nothing_is_drawn_before_a_lane_is_long_enough()
    {
        var replay = new SequenceReplay(10, 2, new ReplayColumn("time"));
        for (int i = 0; i < 4; i++) replay.Add(i % 2, [i]);
        Assert.Equal((0, 2), (replay.Sequences(3), replay.Sequences(2)));
        var e = Assert.Throws<MbMixException>(() => replay.Sample(1, 3, new CounterRandom(1, "test"), 0));
        Assert.Contains("No lane of the replay buffer has 3 rows", e.Message, StringComparison.Ordinal);
        Assert.Throws<MbMixException>(() => replay.Add(0, [1, 2]));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(100)]
    public void A_checkpoint_holds_every_sequence(int rows)
    {
        var replay = New();
        Fill(replay, rows);
        var checkpoint = new LearningCheckpoint();
        replay.Save(checkpoint);
        var loaded = New();
        Fill(loaded, 7);
        loaded.Load(checkpoint);
        // both go on as one
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal((replay.Added, replay.Count, replay.Sequences(4)), (loaded.Added, loaded.Count, loaded.Sequences(4)));
            var (a, b) = (Draw(replay), Draw(loaded));
            Assert.Equal(a, b);
            Fill(replay, 9);
            Fill(loaded, 9);
        }

        static SequenceReplay New() => new(40, 3, new ReplayColumn("lane"), new ReplayColumn("time", 2));
        static float[] Draw(SequenceReplay replay) => replay.Sample(50, 4, new CounterRandom(2, "test"), 1)[1].Values<float>().ToArray();
    }

    private static void Fill(SequenceReplay replay, int rows)
    {
        var times = new int[3];
        for (int i = 0; i < rows; i++)
        {
            // lane 0 gets half of the rows
            int lane = i % 4 is 1 or 3 ? 0 : i % 4 == 0 ? 1 : 2;
            replay.Add(lane, [lane, times[lane]++, -1]);
        }
    }

    private static int[] Held(SequenceReplay replay) =>
        [.. Enumerable.Range(0, 3).Select(lane => lane == 0 ? 20 : 10)];
}
