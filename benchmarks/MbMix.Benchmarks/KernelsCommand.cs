using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MbMix.Hosting;
using MbMix.Sim.Native;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Benchmarks;

/// <summary>
/// <c>kernels</c>: environments that are compiled, used and dropped while others step on the same workers and garbage
/// is collected all the time. A stress more than a measurement: it fails if a number changes or the process grows.
/// </summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--count")
        {
            Description = "Environments to compile; each has a kernel for the step and one for its adjoint.",
            DefaultValueFactory = _ => 5000,
        };
        var command = new Command("kernels", "Compiles and drops kernels while others run.") { count };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(1);
            return Run(parsed.GetValue(count));
        });
        return command;
    }

    private static int Run(int count)
    {
        using var workers = new WorkerPool(Environment.ProcessorCount);
        using var lasting = Make(workers);
        float expected = Step(lasting);
        bool end = false;
        long collections = 0, steps = 0, wrong = 0;
        var collecting = new Thread(() =>
        {
            for (; !Volatile.Read(ref end); collections++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                Thread.Sleep(2);
            }
        });
        var stepping = new Thread(() =>
        {
            for (; !Volatile.Read(ref end); steps++) if (Step(lasting) != expected) wrong++;
        });
        collecting.Start();
        stepping.Start();
        var clock = Stopwatch.StartNew();
        long early = 0;
        for (int i = 1; i <= count; i++)
        {
            UseOnce(workers);
            if (i == Math.Max(1, count / 5)) early = Environment.WorkingSet;
        }
        Volatile.Write(ref end, true);
        collecting.Join();
        stepping.Join();
        long late = Environment.WorkingSet;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} environments compiled and dropped in {clock.Elapsed.TotalSeconds:F0} s, beside {steps} steps and "
            + $"{collections} collections: {wrong} wrong numbers; "
            + $"memory {early >> 20} MB after a fifth, {late >> 20} MB at the end"));
        return wrong == 0 ? 0 : 1;
    }

    // on a frame of its own, so that nothing keeps the environment
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseOnce(WorkerPool workers)
    {
        using var env = Make(workers);
        Step(env);
    }

    private static IDifferentiableEnv Make(WorkerPool workers)
    {
        var options = new DiffRlOptions();
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        return Simulation.TracedEnv.Create(new CartPoleSwingUp(options), options, context);
    }

    private static float Step(IDifferentiableEnv env)
    {
        using var scope = torch.NewDisposeScope();
        var state = env.Reset([.. Enumerable.Range(0, 64).Select(lane => new LaneKey(0, lane, 0))]);
        var action = torch.full([64, env.Spec.Action.Size], 0.1f).requires_grad_(true);
        var next = env.Step(state, action);
        Numerics.Backward.Run(next.Reward.sum());
        return next.Reward.sum().item<float>() + action.grad!.sum().item<float>();
    }
}
