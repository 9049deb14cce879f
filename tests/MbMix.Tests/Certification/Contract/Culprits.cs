using MbMix.TestKit;
using TorchSharp;

namespace MbMix.Tests.Contract;

/// <summary>An exception that a check meets is blamed on the member that threw it.</summary>
public sealed class Culprits
{
    [Fact]
    public void The_member_is_the_one_of_the_plugin_that_was_running()
    {
        using var env = new Broken();
        Assert.Equal("Step", Of(() => env.Step(null!, null!)));
        Assert.Equal("Reset", Of(() => env.Reset([])));
        Assert.Equal("Observe", Of(() => ((IDifferentiableEnv)env).Observe(null!, null!)));
        Assert.Equal("Fit", Of(() => env.Fit(null!)));
        Assert.Null(Of(() => throw new InvalidOperationException("of nobody")));
    }

    [Fact]
    public void A_finding_names_it_and_not_the_check()
    {
        using var env = new Broken();
        var findings = new Findings("a/b-v1", "Use smaller substeps.");
        Assert.False(findings.Try("faults in play", "few faults", () => env.Reset([])));
        Assert.Equal(
            "a/b-v1: Reset: InvalidOperationException 'broken' came; expected a return. It was thrown in the check 'faults in play'.",
            Assert.Single(findings.All).ToString());
    }

    [Fact]
    public void What_is_not_there_is_not_explained_by_the_check()
    {
        var findings = new Findings("a/b-v1", "Use smaller substeps.");
        torch.Tensor? none = null;
        Assert.False(findings.Try("faults in play", "few faults", () => _ = none!.shape));
        string line = Assert.Single(findings.All).ToString();
        Assert.StartsWith("a/b-v1: faults in play: NullReferenceException", line, StringComparison.Ordinal);
        Assert.EndsWith("Is something that a member returned null, or a disposed tensor?", line, StringComparison.Ordinal);
    }

    private static string? Of(Action action) => Culprit.Of(Assert.ThrowsAny<Exception>(action));

    private sealed class Broken : IDifferentiableEnv, IDynamicsModel
    {
        public EnvSpec Spec => throw new NotSupportedException();

        public IStateChart Chart => throw new NotSupportedException();

        ModelSpec IDynamicsModel.Spec => throw new NotSupportedException();

        public torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes) => throw new InvalidOperationException("broken");

        torch.Tensor IDifferentiableEnv.Observe(torch.Tensor state, torch.Tensor lastAction) =>
            throw new InvalidOperationException("broken");

        public EnvStep Step(torch.Tensor state, torch.Tensor action)
        {
            string text = "broken";
            void Solve(int depth)
            {
                if (depth == 0) throw new InvalidOperationException(text);
                Solve(depth - 1);
            }
            Solve(3);
            return default;
        }

        public torch.Tensor Predict(torch.Tensor state, torch.Tensor action) => throw new NotSupportedException();

        public FitReport Fit(TransitionBatch batch) => new[] { 1 }.Select<int, FitReport>(_ => throw new InvalidOperationException("broken")).First();

        public void Save(ICheckpointWriter writer)
        {
        }

        public void Load(ICheckpointReader reader)
        {
        }

        public void Dispose()
        {
        }
    }
}
