using MbMix.Numerics;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit.Learning;

/// <summary>
/// Crossing the boundary between tensors and the engine allocates some objects; the engine itself allocates none.
/// </summary>
public sealed class StepAllocations
{
    private const int Steps = 200;

    [Theory]
    [InlineData("cartpole", 64, false)]
    [InlineData("cartpole", 1024, false)]
    [InlineData("cartpole", 64, true)]
    [InlineData("ant", 64, false)]
    [InlineData("ant", 64, true)]
    public void A_batched_step_allocates_at_most_two_kilobytes(string task, int batch, bool gradients)
    {
        using var env = Create(task);
        using var state = env.Reset([.. Enumerable.Range(0, batch).Select(lane => new LaneKey(0, lane, 0))]);
        using var action = torch.zeros([batch, env.Spec.Action.Size]).requires_grad_(gradients);
        long Allocated(int steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < steps; i++) env.Step(state, action).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(Steps);
        double perStep = Allocated(Steps) / (double)Steps;
        TestContext.Current.TestOutputHelper?.WriteLine($"{task}, {batch} environments, gradients {gradients}: {perStep:F0} bytes per step");
        Assert.True(perStep <= 2048, $"{perStep:F0} bytes per step");
    }

    [Fact]
    public void The_backward_pass_of_a_batched_step_allocates_at_most_two_kilobytes()
    {
        using var env = Create("ant");
        using var state = env.Reset([.. Enumerable.Range(0, 64).Select(lane => new LaneKey(0, lane, 0))]);
        using var action = torch.zeros([64, env.Spec.Action.Size]).requires_grad_(true);
        long Allocated(int steps)
        {
            using var scope = torch.NewDisposeScope();
            var at = state;
            var total = torch.zeros(1);
            long allocated = 0;
            for (int i = 0; i < steps; i++)
            {
                var step = env.Step(at, action);
                at = step.NextState;
                total += step.Reward.sum();
            }
            long before = GC.GetAllocatedBytesForCurrentThread();
            Backward.Run(total);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated;
        }
        Allocated(8);
        double perStep = (Allocated(24) - Allocated(8)) / 16.0;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perStep:F0} bytes per adjoint");
        Assert.True(perStep is > 0 and <= 2048, $"{perStep:F0} bytes per adjoint");
    }

    private static IPredictiveEnv Create(string task)
        => TracedEnv.Create(Tasks.Make(task), new TracedEnvOptions(), new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
}
