using MbMix.Learning;
using MbMix.Sim.Native;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit.Learning;

/// <summary>What crosses the boundary between tensors and the engine costs objects; the engine itself none.</summary>
public sealed class StepAllocations
{
    private const int Steps = 200;

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    public void A_batched_step_allocates_at_most_two_kilobytes(int batch)
    {
        var options = new DiffRlOptions();
        using var env = TracedEnv.Create(new CartPoleSwingUp(options), options, new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        using var noGrad = torch.no_grad();
        using var state = torch.zeros(batch, 4);
        using var action = torch.zeros(batch, 1);
        long Allocated(int steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < steps; i++) env.Step(state, action).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(Steps);
        double perStep = Allocated(Steps) / (double)Steps;
        Assert.True(perStep <= 2048, $"{perStep:F0} bytes per step");
    }
}
