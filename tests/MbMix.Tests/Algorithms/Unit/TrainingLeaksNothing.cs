using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>Tensors live in native memory that the garbage collector does not see: an iteration must end with as many as it began.</summary>
[Collection(HostRuns.Collection)]
public sealed class TrainingLeaksNothing
{
    [Theory]
    [InlineData("shac")]
    [InlineData("mbmix")]
    public void The_number_of_tensors_stays_constant(string algorithm)
    {
        using var session = CartPoleRuns.Sessions().Create(CartPoleRuns.Request(algorithm, "run.budget=1000000"));
        // the model is fitted and used from the second iteration on
        for (int i = 0; i < 5; i++) session.Iterate();
        Garbage.Collect();
        long expected = torch.Tensor.TotalCount;
        for (int i = 0; i < 30; i++)
        {
            session.Iterate();
            Assert.Equal(expected, torch.Tensor.TotalCount);
        }
        Garbage.Collect();
        Assert.Equal(expected, torch.Tensor.TotalCount);
    }

    [Fact]
    public void An_iteration_of_shac_leaves_little_to_the_garbage_collector()
    {
        using var session = CartPoleRuns.Sessions().Create(CartPoleRuns.Request("shac", "run.budget=1000000"));
        for (int i = 0; i < 30; i++) session.Iterate();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) session.Iterate();
        double perIteration = (GC.GetAllocatedBytesForCurrentThread() - before) / 10.0;
        // four steps, each two autograd nodes with the handles of their tensors, and what happens once per window
        Assert.True(perIteration <= 64 * 1024, $"{perIteration:F0} bytes");
    }
}
