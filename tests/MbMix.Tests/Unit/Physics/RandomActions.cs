using MbMix.Learning;
using MbMix.Sim.Native;
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
        using var made = TracedEnv.Create(Tasks.Make(task, randomStart: true), new DiffRlOptions(), new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
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
            if (tensors < 0) tensors = torch.Tensor.TotalCount;
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

    private static bool Finite(torch.Tensor tensor) => tensor.isfinite().all().item<bool>();
}
