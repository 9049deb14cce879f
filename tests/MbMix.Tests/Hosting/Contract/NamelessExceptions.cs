using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Tests.Support;
using Mutants;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>
/// What a plugin throws names the plugin, once, also where it is of a kind that the host itself throws.
/// </summary>
public sealed class NamelessExceptions
{
    private const string Env = $"{AlteredHost.Plugin} ({AlteredHost.Environment})";
    private const string Algorithm = $"{AlteredHost.Plugin} ({AlteredHost.Algorithm})";

    public enum Member
    {
        Reset,
        Step,
        Iterate,
        Act,
    }

    public static TheoryData<Member, string> Members => new()
    {
        { Member.Reset, $"{Env}: Reset: " },
        { Member.Step, $"{Env}: Step: " },
        { Member.Iterate, $"{Algorithm}: " },
        { Member.Act, $"{Algorithm}: Act of the policy: " },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void An_exception_of_our_own_kind_names_the_plugin_and_keeps_its_message(Member member, string begin)
    {
        var e = Throw<MbMixException>(member, () => new MbMixException("The table has no row 7."));
        Assert.Equal(begin + "The table has no row 7.", e.Message);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_wrong_request_stays_one(Member member, string begin)
    {
        var e = Throw<ConfigurationException>(member, () => new ConfigurationException("The table is too small."));
        Assert.Equal(begin + "The table is too small.", e.Message);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_cancellation_that_nobody_asked_for_is_the_plugins(Member member, string begin)
    {
        var e = Throw<MbMixException>(member, () => new TaskCanceledException("The service did not answer."));
        string expected = member == Member.Iterate ? $"{Algorithm} threw in iteration 1: " : begin;
        Assert.Equal(expected + "TaskCanceledException: The service did not answer.", e.Message);
    }

    [Fact]
    public void A_cancellation_that_was_asked_for_stays_one()
    {
        using var host = new AlteredHost();
        using var session = host.Create();
        Assert.ThrowsAny<OperationCanceledException>(() => session.Iterate(new CancellationToken(canceled: true)));
        Assert.ThrowsAny<OperationCanceledException>(
            () => session.Evaluate(cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_model_is_named_too()
    {
        using var host = new MutantHost(new HostStubPlugin(registry => registry.AddModel<MutantModelOptions>(
            MutantPlugin.Model + "9", "", (_, context) => new ThrowingModel(context))));
        using var workers = new WorkerPool(1);
        using var env = host.Sessions.CreateEnvironment(MutantPlugin.Environment, [], workers);
        using var model = host.Sessions.CreateModel(MutantPlugin.Model + "9", [], env, seed: 1);
        using var one = torch.ones(1, 2);
        string begin = $"{AlteredHost.Plugin} ({MutantPlugin.Model}9): ";
        var e = Assert.Throws<MbMixException>(() => model.Predict(one, one));
        Assert.Equal(begin + "Predict: No row.", e.Message);
        e = Assert.Throws<MbMixException>(() => model.Fit(new TransitionBatch(one, one, one)));
        Assert.Equal(begin + "Fit: OperationCanceledException: Late.", e.Message);
    }

    [Fact]
    public void A_window_that_is_never_ended_is_one_line_that_names_the_algorithm()
    {
        VectorEnv? envs = null;
        using var host = new AlteredHost(algorithm: (inner, context) => new AlteredOptimizer(inner)
        {
            OnIterate = token =>
            {
                using var scope = torch.NewDisposeScope();
                envs ??= new VectorEnv(context.Env, 2, seed: 1);
                envs.BeginWindow();
                envs.Step(torch.zeros(2, 1));
                return inner.Iterate(token);
            },
        });
        using var session = host.Create();
        session.Iterate();
        var e = Assert.Throws<MbMixException>(() => session.Iterate());
        Assert.Equal(
            $"{Algorithm}: The states of the last window are disposed: call VectorEnv.EndWindow at the end of every "
            + "window, inside its dispose scope.",
            e.Message);
        envs!.Dispose();
    }

    [Fact]
    public void A_fault_of_the_environment_is_not_blamed_on_the_algorithm()
    {
        using var host = new MutantHost();
        var e = Assert.Throws<MbMixException>(
            () => host.Train("shac", $"env.mistake={EnvMistake.NanRewardInOneLane}", iterations: 10));
        Assert.Contains("environment steps were invalid", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("plugin", e.Message, StringComparison.Ordinal);
    }

    private static T Throw<T>(Member member, Func<Exception> make)
        where T : MbMixException
    {
        bool armed = false;
        Exception? Due(Member here) => armed && here == member ? make() : null;
        using var host = new AlteredHost(
            inner => new AlteredEnv(inner)
            {
                OnReset = lanes => Due(Member.Reset) is { } e ? throw e : inner.Reset(lanes),
                OnStep = (state, action) => Due(Member.Step) is { } e ? throw e : inner.Step(state, action),
            },
            (inner, _) => new AlteredOptimizer(inner)
            {
                OnIterate = token => Due(Member.Iterate) is { } e ? throw e : inner.Iterate(token),
                Policy = new ThrowingPolicy(inner.Policy, () => Due(Member.Act)),
            });
        using var session = host.Create();
        armed = true;
        return Assert.Throws<T>(() =>
        {
            session.Iterate();
            session.Evaluate(episodes: 2);
        });
    }

    private sealed class ThrowingPolicy(IPolicy inner, Func<Exception?> due) : IPolicy
    {
        public torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null) =>
            due() is { } e ? throw e : inner.Act(observation, noise);

        public void Act(ReadOnlySpan<float> observation, Span<float> action) => inner.Act(observation, action);
    }

    private sealed class ThrowingModel(ModelContext context) : IDynamicsModel
    {
        private readonly MutantModel inner = new(ModelMistake.None, context);

        public ModelSpec Spec => inner.Spec with { Id = MutantPlugin.Model + "9" };

        public torch.Tensor Predict(torch.Tensor state, torch.Tensor action) => throw new MbMixException("No row.");

        public FitReport Fit(TransitionBatch batch) => throw new OperationCanceledException("Late.");

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => inner.Dispose();
    }
}
