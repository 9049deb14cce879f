using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>What a plugin leaves behind for others is blamed on it, and not on those who meet it next.</summary>
public sealed class ModesAndDisposal
{
    private const string Env = $"{AlteredHost.Plugin} ({AlteredHost.Environment})";
    private const string Algorithm = $"{AlteredHost.Plugin} ({AlteredHost.Algorithm})";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gradient_mode_that_is_not_put_back_names_the_member(bool reset)
    {
        int calls = 0;
        T Late<T>(T result)
        {
            // not in the first steps, which are tried before any training
            if (++calls == 60) torch.set_grad_enabled(!torch.is_grad_enabled());
            return result;
        }
        using var host = new AlteredHost(env: inner => new AlteredEnv(inner)
        {
            Spec = inner.Spec,
            OnStep = reset ? null : (state, action) => Late(inner.Step(state, action)),
            OnReset = reset ? lanes => Late(inner.Reset(lanes)) : null,
        });
        bool before = torch.is_grad_enabled();
        var e = Assert.Throws<MbMixException>(() => host.Train(400));
        Assert.StartsWith($"{Env}: gradient mode after {(reset ? "Reset" : "Step")}: o", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, torch.is_grad_enabled());
    }

    [Fact]
    public void So_does_that_of_an_algorithm()
    {
        using var host = new AlteredHost(algorithm: (inner, _) => new AlteredOptimizer(inner)
        {
            OnIterate = token =>
            {
                var report = inner.Iterate(token);
                torch.set_grad_enabled(!torch.is_grad_enabled());
                return report;
            },
        });
        var e = Assert.Throws<MbMixException>(() => host.Train(1));
        Assert.StartsWith($"{Algorithm}: gradient mode after Iterate: o", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Dispose_that_throws_names_itself()
    {
        var host = new AlteredHost(env: inner => new Stuck(inner));
        var e = Assert.Throws<MbMixException>(() => host.Train(1));
        Assert.StartsWith($"{Env}: Dispose: InvalidOperationException: the device is busy", e.Message, StringComparison.Ordinal);
    }

    private sealed class Stuck(IPredictiveEnv inner) : IDifferentiableEnv
    {
        public EnvSpec Spec => inner.Spec;

        public IStateChart Chart => inner.Chart;

        public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

        public torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction) => inner.Observe(state, lastAction);

        public EnvStep Step(torch.Tensor state, torch.Tensor action) => inner.Step(state, action);

        public void Dispose() => throw new InvalidOperationException("the device is busy");
    }
}
