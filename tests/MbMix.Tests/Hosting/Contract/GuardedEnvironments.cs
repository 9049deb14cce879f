using MbMix.Tests.Support;
using Mutants;

namespace MbMix.Tests.Contract;

/// <summary>
/// Every mistake of an environment is one line that names the plugin, the member, what came and what was expected,
/// before or in the first step of training with any algorithm.
/// </summary>
public sealed class GuardedEnvironments
{
    /// <summary>Mistake and what the line must say of member, what came and what was expected.</summary>
    public static TheoryData<EnvMistake, string> Mistakes => new()
    {
        { EnvMistake.SpecIsNull, "Spec: null came; expected a description." },
        { EnvMistake.ChartIsNull, "Chart: null came; expected a chart" },
        { EnvMistake.OtherId, "Id in Spec: 'test/another-v1' came; expected the registered 'test/mutant-env-v1'." },
        { EnvMistake.NoState, "state in Spec: no dimension came; expected 1 or more." },
        { EnvMistake.DuplicateNames, "dimension 1 of the state in Spec: the name 'position' again came" },
        { EnvMistake.EmptyName, "dimension 1 of the state in Spec: no name came" },
        { EnvMistake.BlocksOverlap, "block 'second' of the observation in Spec: components 1 to 1 came; expected components from 2 to 1, after the block before it." },
        { EnvMistake.BlockTooLong, "block 'both' of the observation in Spec: components 0 to 3 came; expected components from 0 to 1" },
        { EnvMistake.EpisodeLengthZero, "EpisodeLength in Spec: 0 came; expected 1 or more." },
        { EnvMistake.ControlPeriodZero, "ControlPeriod in Spec: 0 came; expected a positive number of seconds." },
        { EnvMistake.UnboundedAction, "bounds of action 'force' in Spec: -1 to Infinity came; expected finite bounds" },
        { EnvMistake.BoundsReversed, "bounds of 'force' of the action in Spec: 1 to -1 came; expected the lower bound first." },
        { EnvMistake.ObserveTooLarge, "result of Observe: float32 [3, 4] came; expected float32 [3, 2]." },
        { EnvMistake.ResetTooSmall, "result of Reset: float32 [3, 1] came; expected float32 [3, 2]." },
        { EnvMistake.ResetOneLane, "result of Reset: float32 [1, 2] came; expected float32 [3, 2]." },
        { EnvMistake.ObservationOfStepTooSmall, "observation of Step: float32 [3, 1] came; expected float32 [3, 2]." },
        { EnvMistake.FaultAsBool, "fault of Step: bool [3] came; expected int32 [3]." },
        { EnvMistake.FaultAsInt64, "fault of Step: int64 [3] came; expected int32 [3]." },
        { EnvMistake.FaultExpanded, "fault of Step: int32 [3] that is not contiguous came; expected int32 [3]." },
        { EnvMistake.TerminatedAsFloat, "termination of Step: float32 [3] came; expected bool [3]." },
        { EnvMistake.TerminatedOneElement, "termination of Step: bool [1] came; expected bool [3]." },
        { EnvMistake.TerminatedAsColumn, "termination of Step: bool [3, 1] came; expected bool [3]." },
        { EnvMistake.RewardAsColumn, "reward of Step: float32 [3, 1] came; expected float32 [3]." },
        { EnvMistake.RewardOneElement, "reward of Step: float32 [1] came; expected float32 [3]." },
        { EnvMistake.RewardAsFloat64, "reward of Step: float64 [3] came; expected float32 [3]." },
        { EnvMistake.ComputesInFloat64, "next state of Step: float64 [3, 2] came; expected float32 [3, 2]." },
        { EnvMistake.NextStateTransposed, "next state of Step: float32 [3, 2] that is not contiguous came" },
        { EnvMistake.ObservationIsNull, "result of Observe: null came; expected float32 [3, 2]." },
        { EnvMistake.RewardIsDisposed, "reward of Step: a disposed tensor came; expected float32 [3]." },
        { EnvMistake.OutcomeRewardAsColumn, "reward of Evaluate: float32 [3, 1] came; expected float32 [3]." },
        { EnvMistake.StartsWithNan, "result of Reset: a number that is not finite came" },
        { EnvMistake.StartsWithGradient, "result of Reset: a gradient history came; expected none." },
        { EnvMistake.StartsEqual, "Reset of 16 lanes: the same start state for all came; expected different ones, or FixedStart in Spec." },
        { EnvMistake.StartsDependOnBatch, "Reset of one lane alone: another start state came; expected start states that depend on seed, lane and episode alone." },
        { EnvMistake.StartsFromClock, "Reset with the same keys again: another start state came" },
        { EnvMistake.RewardBatchMean, "reward of a lane alone: " },
        { EnvMistake.ChangesItsInput, "Step: changed arguments came" },
        { EnvMistake.KeepsHistory, "next state of Step with the same arguments again: another one came" },
        { EnvMistake.ReturnsSameObjectTwice, "observation of Step: the next state's own tensor came" },
        { EnvMistake.ReturnsItsInput, "next state of Step: the state that was given came" },
        { EnvMistake.ObserveDisagrees, "observation by Observe after a step: " },
        { EnvMistake.EvaluateDisagrees, "reward by Evaluate: " },
        { EnvMistake.NanObservation, "observation of a start state: a number that is not finite came" },
        { EnvMistake.NoGradient, "next state of Step: no gradient history came" },
        { EnvMistake.DetachedFromAction, "gradient of the next state by the action: 0 came; expected about" },
        { EnvMistake.DetachedFromState, "gradient of the next state by the state: 0 came; expected about" },
        { EnvMistake.RewardDetached, "gradient of the reward by the state: 0 came; expected about" },
        { EnvMistake.RewardDetachedFromAction, "gradient of the reward by the action: 0 came; expected about" },
        { EnvMistake.DifferenceReversed, "Chart.Integrate(a, Chart.Difference(a, b)): a state that differs from b by" },
        { EnvMistake.ChartOfOtherSize, "result of Chart.Difference: float32 [3, 2] came; expected float32 [3, 3]." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_line_that_names_the_plugin(EnvMistake mistake, string line)
    {
        using var host = new MutantHost();
        foreach (string algorithm in new[] { "shac", "ppo" })
        {
            var e = Assert.Throws<MbMixException>(() => host.Train(algorithm, $"env.mistake={mistake}"));
            Assert.StartsWith($"plugin MbMix.Tests.Plugin ({MutantPlugin.Environment}): {line}", e.Message, StringComparison.Ordinal);
            Assert.InRange(e.Message.Length, 40, 300);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    [Fact]
    public void A_gradient_that_is_wrong_is_warned_of()
    {
        using var host = new MutantHost();
        host.Train("shac", $"env.mistake={EnvMistake.WrongGradient}");
        string[] wrong = ["the next state", "the observation", "the reward"];
        Assert.Equal(wrong.Length, host.Warnings.Count);
        foreach (var (what, line) in wrong.Zip(host.Warnings))
            Assert.Contains($"(test/mutant-env-v1): gradient of {what} by the action: ", line, StringComparison.Ordinal);
        Assert.All(host.Warnings, line => Assert.Contains("mbmix certify", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_reward_that_is_not_a_number_in_one_lane_is_a_fault_and_nothing_else()
    {
        using var host = new MutantHost();
        var e = Assert.Throws<MbMixException>(() => host.Train("ppo", $"env.mistake={EnvMistake.NanRewardInOneLane}", iterations: 6));
        Assert.Contains("its reward is not finite.", e.Message, StringComparison.Ordinal);
    }

    /// <summary>What is too expensive for the first steps is left to certification.</summary>
    [Fact]
    public void The_sound_environment_and_what_only_certification_finds_train()
    {
        using var host = new MutantHost();
        foreach (var mistake in new[] { EnvMistake.None, EnvMistake.LeaksTensors, EnvMistake.SurrogateGradient })
        {
            host.Train("shac", $"env.mistake={mistake}");
            host.Train("ppo", $"env.mistake={mistake}");
        }
        Assert.Empty(host.Warnings);
    }

    /// <summary>A mistake without a line in the table would go unnoticed.</summary>
    [Fact]
    public void Every_mistake_has_a_test()
    {
        EnvMistake[] elsewhere =
        [
            EnvMistake.None, EnvMistake.WrongGradient, EnvMistake.SurrogateGradient, EnvMistake.NanRewardInOneLane,
            EnvMistake.LeaksTensors,
        ];
        var tested = Mistakes.Select(row => row.Data.Item1).Concat(elsewhere);
        Assert.Equal(Enum.GetValues<EnvMistake>(), tested.Order());
    }
}
