using MbMix.Hosting;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Contract;

/// <summary>Policies with a memory: who runs episodes keeps it, and what comes back is checked.</summary>
public sealed class RecurrentPolicies : IDisposable
{
    private static readonly Boundary Boundary = new("Acme.Memory", "acme/memory-v1");
    private readonly IDisposable scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Lanes_keep_the_memory_of_their_episodes()
    {
        using var lanes = new PolicyLanes(new StepCounter(), 3);
        using var observation = torch.zeros(3, 1);
        Act(0, 0, 0);
        Act(0.1f, 0.1f, 0.1f);
        lanes.Reset([false, true, false]);
        Act(0.2f, 0, 0.2f);
        Act(0.3f, 0.1f, 0.3f);
        Assert.Throws<ArgumentException>(() => lanes.Reset([true]));

        void Act(params float[] expected) => Assert.Equal(expected, lanes.Act(observation).data<float>().ToArray());
    }

    [Fact]
    public void As_any_policy_it_takes_every_observation_for_the_first()
    {
        IPolicy policy = new StepCounter();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, policy.Act(torch.zeros(1, 1)).item<float>());
            float[] action = [5];
            policy.Act([0], action);
            Assert.Equal(0, action[0]);
        }
    }

    [Fact]
    public void An_evaluation_remembers_whole_episodes()
    {
        // the reward is the action, which counts the steps of the episode: 0, 0.1, 0.2
        using var env = new EchoEnv();
        var result = Evaluator.Evaluate(env, GuardedPolicy.Wrap(new StepCounter(), Boundary, env.Spec.Action), 5, seed: 1);
        Assert.All(result.Returns, r => Assert.Equal(0.3, r, 1e-6));
    }

    [Fact]
    public void Guards_name_the_plugin_and_the_memory()
    {
        Refused(new StepCounter { Fault = "shape" }, "memory of the policy: float32 [2, 2] came; expected float32 [2, 1].");
        Refused(new StepCounter { Fault = "type" }, "memory of the policy: float64 [2, 1] came; expected float32 [2, 1].");
        Refused(new StepCounter { Fault = "nan" }, "number 0 of the policy's memory: NaN came; expected a finite number.");
        Refused(new StepCounter { Fault = "history" }, "memory of the policy: a gradient history came; expected none.");
        Refused(new StepCounter { Fault = "bounds" }, "component 0 of the policy's action: 9 came;");
        Refused(new StepCounter { Fault = "throws" }, "ActWithMemory of the policy: no.");
        Refused(new StepCounter { MemorySize = 0 }, "MemorySize of the policy: 0 came; expected 1 or more.");
        Refused(
            new Exportable(),
            "Policy: one that is both IRecurrentPolicy and IExportablePolicy came; expected one of the two, because a policy file holds no memory.");

        var guarded = (IRecurrentPolicy)GuardedPolicy.Wrap(new StepCounter(), Boundary, SpaceSpec.Box(-1, 1, "a"));
        float[] memory = [0.2f], action = [0];
        guarded.ActWithMemory([0], memory, action);
        Assert.Equal((0.3f, 0.2f), (memory[0], action[0]));
        var wrong = (IRecurrentPolicy)GuardedPolicy.Wrap(new StepCounter { Fault = "nan" }, Boundary, SpaceSpec.Box(-1, 1, "a"));
        Assert.Throws<MbMixException>(() => wrong.ActWithMemory([0], memory, action));
    }

    [Fact]
    public void A_run_of_such_a_policy_is_evaluated_from_its_checkpoint_and_not_exported()
    {
        using var env = new LearningPredictiveMass();
        using var run = new LearningRun("dreamerv3", 1, env);
        run.Trace(2);
        Assert.IsAssignableFrom<IRecurrentPolicy>(run.Optimizer.Policy);
        Assert.False(run.Optimizer.Policy is IExportablePolicy);
        using var other = new LearningRun("dreamerv3", 2, env);
        other.Load(run.Save());
        var (a, b) = (Evaluator.Evaluate(env, run.Optimizer.Policy, 3, 5), Evaluator.Evaluate(env, other.Optimizer.Policy, 3, 5));
        Assert.Equal(a.Returns, b.Returns);
    }

    private static void Refused(IPolicy policy, string message)
    {
        var e = Assert.Throws<MbMixException>(() =>
        {
            var guarded = (IRecurrentPolicy)GuardedPolicy.Wrap(policy, Boundary, SpaceSpec.Box(-1, 1, "a"));
            guarded.ActWithMemory(torch.zeros(2, 1), torch.zeros(2, 1));
        });
        Assert.Contains("Acme.Memory", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    /// <summary>Acts by a tenth of the number of steps since the start of the episode.</summary>
    private class StepCounter : IRecurrentPolicy
    {
        public string Fault { get; init; } = "";

        public int MemorySize { get; init; } = 1;

        public RecurrentAction ActWithMemory(Tensor observation, Tensor memory, Tensor? noise = null)
        {
            if (Fault == "throws") throw new MbMixException("no.");
            var next = memory + 0.1f;
            return new RecurrentAction(Fault == "bounds" ? memory + 9 : memory.clone(), Fault switch
            {
                "shape" => torch.cat([next, next], 1),
                "type" => next.to(torch.ScalarType.Float64),
                "nan" => next * float.NaN,
                "history" => next.requires_grad_(true),
                _ => next,
            });
        }

        public void ActWithMemory(ReadOnlySpan<float> observation, Span<float> memory, Span<float> action)
        {
            action[0] = memory[0];
            memory[0] += Fault == "nan" ? float.NaN : 0.1f;
        }
    }

    private sealed class Exportable : StepCounter, IExportablePolicy
    {
        public PolicyArtifact Export(EnvSpec spec, string algorithm) => throw new NotSupportedException();
    }

    private sealed class EchoEnv : CountingEnv
    {
        protected override Tensor Reward(Tensor action) => action.squeeze(1).clone();
    }
}
