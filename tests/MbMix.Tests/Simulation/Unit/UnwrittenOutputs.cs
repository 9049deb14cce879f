using MbMix.Differentiation;
using MbMix.Hosting;
using MbMix.Simulation;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>
/// An output that the equations do not write and an index that does not exist are errors that name the member; a scalar
/// that nothing was assigned to is 0.
/// </summary>
public sealed class UnwrittenOutputs
{
    [Theory]
    [InlineData(Part.Substep, "component 1 of the next state in Substep was not written; write all 2, 0 to 1.")]
    [InlineData(Part.Observe, "component 0 of the observation in Observe was not written")]
    [InlineData(Part.Refresh, "component 0 of the carry in Refresh was not written")]
    [InlineData(Part.Reward, "component 0 of the result of Reward was not written")]
    [InlineData(Part.Index, "Substep uses an index that does not exist; there are 2 components of the state, 1 of the action, 1 of the carry and 1 of the observation.")]
    [InlineData(Part.Schedule, "SubstepsPerRefresh in Schedule is 0; 1 or more is expected.")]
    public void It_is_named_with_the_plugin_when_the_environment_is_made(Part part, string line)
    {
        var sessions = HostRuns.Sessions(new HostStubPlugin(registry => registry.AddEnvironment<NoOptions>(
            "test/leaky-v1", "", (_, context) => TracedEnv.Create(new Leaky(part), new TracedEnvOptions(), context))));
        using var workers = new WorkerPool(1);
        var e = Assert.Throws<MbMixException>(() => sessions.CreateEnvironment("leaky", [], workers));
        Assert.StartsWith("test/leaky-v1 (plugin MbMix.Tests) could not be created: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(line, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scalar_without_a_value_is_0_as_it_is_in_double()
    {
        using var workers = new WorkerPool(1);
        using var env = TracedEnv.Create(
            new Leaky(Part.None), new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = workers, Logger = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance });
        using var step = env.Step(torch.tensor(new[] { 3.0, 4.0 }, [1, 2]), torch.zeros([1, 1], torch.ScalarType.Float64));
        Assert.Equal([3.5, 4.0], step.NextState.data<double>().ToArray());
    }

    /// <summary>The part that forgets an output.</summary>
    public enum Part
    {
        None,
        Refresh,
        Substep,
        Observe,
        Reward,
        Index,
        Schedule,
    }

    private sealed class Leaky(Part part) : ITracedEnvironment
    {
        public EnvSpec Spec { get; } = TracedSpec.Of(2, 1, 1) with { Id = "test/leaky-v1" };

        public IStateChart Chart { get; } = new EuclideanChart(2);

        public ControlSchedule Schedule { get; } =
            new() { SubstepsPerRefresh = part == Part.Schedule ? 0 : 1, CarrySize = 1 };

        public void Reset(LaneKey lane, Span<double> state) => state[0] = lane.Lane;

        public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
            where T : struct, IScalar<T>
        {
            T half = 0.5;
            if (part != Part.Refresh) carry[0] = half;
        }

        public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
            where T : struct, IScalar<T>
        {
            T sum = default;
            sum += state[0];
            next[0] = sum + carry[0];
            if (part == Part.Index) next[2] = 0;
            if (part != Part.Substep) next[1] = state[1];
        }

        public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
            where T : struct, IScalar<T>
        {
            if (part != Part.Observe) observation[0] = state[0];
        }

        public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
            where T : struct, IScalar<T> => (part == Part.Reward ? default : nextState[0], (T)0 > (T)1);
    }
}
