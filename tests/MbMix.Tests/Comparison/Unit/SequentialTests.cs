using MbMix.Comparison;
using MbMix.Numerics;

namespace MbMix.Tests.Unit.Comparison;

/// <summary>The sequential permutation test: seldom wrong, early where it can be, and exact where that can be counted.</summary>
public sealed class SequentialTests
{
    [Fact]
    public void Arms_that_are_far_apart_are_decided_after_the_first_group()
    {
        double[][][] arms = [[Row(0, 10)], [Row(5, 10)], [Row(-5, 10)]];
        Assert.Equal(
            [new PairDecision(0, 1, -1, 5), new PairDecision(0, 2, 1, 5), new PairDecision(1, 2, 1, 5)],
            SequentialTest.Decide(arms, 10));
        // with one group of so few seeds, no order of them is unlikely enough
        double[][][] few = [[Row(0, 3)], [Row(5, 3)]];
        Assert.Equal([new PairDecision(0, 1, 0, 3)], SequentialTest.Decide(few, 3));
        // four and four: 2 of 70 permutations are as far apart, less than 5 %
        double[][][] four = [[Row(0, 4)], [Row(5, 4)]];
        Assert.Equal([new PairDecision(0, 1, -1, 4)], SequentialTest.Decide(four, 4));
    }

    [Fact]
    public void A_difference_that_the_first_group_does_not_show_is_decided_later()
    {
        // the first five overlap: 8 of 10 places are mixed; the next five do not
        double[] x = [1, 4, 2, 5, 3, 11, 12, 13, 14, 15], y = [2.5, 3.5, 4.5, 1.5, 5.5, 31, 32, 33, 34, 35];
        Assert.Equal([new PairDecision(0, 1, 0, 5)], SequentialTest.Decide([[x[..5]], [y[..5]]], 10));
        Assert.Equal([new PairDecision(0, 1, -1, 10)], SequentialTest.Decide([[x], [y]], 10));
    }

    [Fact]
    public void Strata_are_not_mixed()
    {
        // on each environment the first arm is better by far less than environments differ
        double[][] x = [Row(1000.5, 10), Row(0.5, 10)], y = [Row(1000, 10), Row(0, 10)];
        Assert.Equal([new PairDecision(0, 1, 1, 5)], SequentialTest.Decide([x, y], 10));
    }

    [Fact]
    public void Equal_arms_are_called_different_in_at_most_five_of_a_hundred_families()
    {
        const int families = 300;
        int wrong = 0;
        var random = new CounterRandom(7, "families");
        var noise = new float[30];
        for (int f = 0; f < families; f++)
        {
            random.Normal(noise, f);
            // heavy tails, as of seeds that fail
            double[] values = Array.ConvertAll(noise, v => Math.Pow(v, 3));
            if (SequentialTest.Decide([[values[..10]], [values[10..20]], [values[20..]]], 10).Exists(d => d.Sign != 0)) wrong++;
        }
        // binomial, 5 %: more than 25 of 300 in one of 200 cases
        Assert.InRange(wrong, 1, 25);
    }

    [Fact]
    public void A_failed_run_leaves_an_arm_with_fewer_seeds_and_a_decision()
    {
        var plan = new ComparisonPlan { Environments = ["e"], Arms = ComparisonArm.Plain(["a", "b", "c"]), Seeds = 10, Folder = "x" };
        RunRecord[] records =
        [
            .. plan.Runs.Where(r => r.Seed != 2 || r.Label != "b").Where(r => r.Seed < 4 || r.Label != "c")
                .Select(run => new RunRecord { Run = run, EvaluationReturn = (run.Label == "b" ? 5 : 0) + (run.Seed * 0.01), EnvironmentSteps = 1, TrainSeconds = 1 }),
        ];
        var decisions = ComparisonDecisions.Of(plan, new ScoreTable(plan, records), records);
        Assert.Equal([new ArmDecision("e", "a", "b", "b", 5)], decisions);
        Assert.Equal("environment,x,y,better,seeds\ne,a,b,b,5\n", ComparisonDecisions.Csv(decisions));
    }

    private static double[] Row(double start, int count) => [.. Enumerable.Range(0, count).Select(i => start + (i % 5 * 0.01))];
}
