using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>A hundred thousand random steps of every task, with resets: nothing non-finite gets out, nothing stays behind.</summary>
[Collection(HostRuns.Collection)]
public sealed class RandomActions
{
    private const int Lanes = 96, Windows = 22, Window = 50, BytesPerStep = 2048;

    public static TheoryData<string> Names => new(Tasks.All);

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_actions_do_no_harm(string task)
    {
        using var made = Make(task);
        using var env = new MeasuredEnv(made);
        using var envs = new VectorEnv(env, Lanes, seed: 1);
        var random = new CounterRandom(1, "actions");
        long tensors = -1;
        int escaped = 0, finished = 0, faults = 0;
        for (int window = 0; window < Windows; window++)
        {
            using (torch.NewDisposeScope())
            using (torch.no_grad())
            {
                envs.BeginWindow();
                for (int t = 0; t < Window; t++)
                {
                    var step = envs.Step((2 * random.UniformTensor((window * Window) + t, Lanes, env.Spec.Action.Size)) - 1);
                    if (!Finite(step.Observation) || !Finite(step.FinalObservation) || !Finite(step.Reward) || !Finite(envs.State)) escaped++;
                    foreach (bool done in envs.Done) finished += done ? 1 : 0;
                    foreach (bool fault in envs.Faulted) faults += fault ? 1 : 0;
                }
                envs.EndWindow();
            }
            if (tensors < 0)
            {
                Garbage.Collect();
                tensors = torch.Tensor.TotalCount;
            }
            Assert.Equal(tensors, torch.Tensor.TotalCount);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{task}: {envs.Steps} steps, {finished} resets, {env.Faults} faults, {env.Bytes.Average():F0} bytes in a step, {env.Bytes.Min()} to {env.Bytes.Skip(1).Max()}");
        Assert.True(envs.Steps >= 100_000);
        Assert.Equal(0, escaped);
        Assert.Equal(0, env.Escaped);
        Assert.Equal(faults, envs.ReportEpisodes().Faults);
        Assert.True(finished >= Lanes); // every lane reached a limit or fell at least once on average
        Assert.InRange(env.Bytes.Order().ElementAt(env.Bytes.Count / 2), 0, BytesPerStep);
    }

    [Theory]
    [InlineData("hopper")]
    [InlineData("ant")]
    public void A_lane_that_breaks_is_counted_and_leaves_the_others_bitwise_alone(string task)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = Make(task);
        float[] Run(bool breaks, out long faults)
        {
            using var envs = new VectorEnv(env, 20, seed: 1);
            envs.BeginWindow();
            var random = new CounterRandom(1, "actions");
            for (int t = 0; t < 6; t++)
            {
                var action = (2 * random.UniformTensor(t, 20, env.Spec.Action.Size)) - 1;
                if (breaks && t == 2) action.Values<float>()[3 * env.Spec.Action.Size] = float.NaN;
                var step = envs.Step(action);
                Assert.Equal(breaks && t == 2, envs.Faulted[3]);
                Assert.True(Finite(step.Observation) && Finite(step.Reward) && Finite(envs.State));
            }
            faults = envs.ReportEpisodes().Faults;
            return envs.State.Values<float>().ToArray();
        }
        float[] expected = Run(false, out long none), broken = Run(true, out long one);
        Assert.Equal((0, 1), (none, one));
        int s = env.Spec.State.Size;
        Assert.NotEqual(expected[(3 * s)..(4 * s)], broken[(3 * s)..(4 * s)]);
        Assert.Equal(expected[..(3 * s)], broken[..(3 * s)]);
        Assert.Equal(expected[(4 * s)..], broken[(4 * s)..]);
    }

    private static IPredictiveEnv Make(string task)
        => TracedEnv.Create(Tasks.Make(task, randomStart: true), new DiffRlOptions(), new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });

    private static bool Finite(torch.Tensor tensor) => tensor.isfinite().all().item<bool>();
}
