using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.Learning;

public sealed class NormalizerTests
{
    [Fact]
    public void Merged_batches_give_the_statistics_of_all_samples()
    {
        using var scope = torch.NewDisposeScope();
        var data = new CounterRandom(1, "data").NormalTensor(0, 300, 2) * 4 + 100;
        var statistics = new RunningStatistics(2);
        int at = 0;
        foreach (int rows in new[] { 1, 64, 3, 232 })
        {
            statistics.Add(data.Values<float>().Slice(at * 2, rows * 2));
            at += rows;
        }
        for (int c = 0; c < 2; c++)
        {
            var column = data[torch.TensorIndex.Colon, c].to(torch.ScalarType.Float64);
            double mean = column.mean().item<double>(), square = (column - mean).pow(2).mean().item<double>();
            // the start value counts 1e-4 of a sample with mean 0
            Assert.Equal(mean * 300 / 300.0001, statistics.Mean[c], 1e-9);
            Assert.Equal(square + mean * mean * 1e-4 / 300, statistics.Variance[c], 1e-4);
        }
        Assert.Equal(300.0001, statistics.Count, 1e-9);
    }

    [Fact]
    public void A_snapshot_keeps_its_statistics_while_the_live_ones_go_on()
    {
        using var scope = torch.NewDisposeScope();
        var normalizer = new ObservationNormalizer(1);
        var x = torch.full([4, 1], 3f);
        using var before = normalizer.Snapshot();
        normalizer.Update(x);
        Assert.Equal(3 / Math.Sqrt(1 + 1e-5), before.Normalize(x)[0, 0].item<float>(), 1e-5);
        using var after = normalizer.Snapshot();
        Assert.Equal(0f, after.Normalize(x)[0, 0].item<float>(), 0.05f);
        Span<float> single = [3f];
        normalizer.Normalize(single);
        Assert.Equal(after.Normalize(x)[0, 0].item<float>(), single[0], 1e-4f);
    }

    [Fact]
    public void Non_finite_rows_are_left_out()
    {
        var statistics = new RunningStatistics(2);
        statistics.Add([1f, 2f, float.NaN, 0f, 0f, float.PositiveInfinity, 3f, 4f]);
        Assert.Equal(2.0001, statistics.Count, 1e-9);
        Assert.Equal(2 * 2 / 2.0001, statistics.Mean[0], 1e-9);
    }

    [Fact]
    public void Statistics_come_back_from_a_checkpoint()
    {
        var a = new RunningStatistics(1);
        a.Add([1f, 5f]);
        var checkpoint = new LearningCheckpoint();
        a.Save(checkpoint);
        var b = new RunningStatistics(1);
        b.Load(checkpoint);
        b.Add([2f]);
        a.Add([2f]);
        Assert.Equal(a.Mean[0], b.Mean[0]);
        Assert.Equal(a.Variance[0], b.Variance[0]);
    }
}
