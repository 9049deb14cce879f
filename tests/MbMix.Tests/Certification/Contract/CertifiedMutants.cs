using MbMix.Sim.Stub;
using MbMix.TestKit;
using MbMix.Tests.Support;
using Mutants;

namespace MbMix.Tests.Contract;

/// <summary>
/// Certification finds every mistake that the mutants can make, and says what is wrong; in the sound ones it finds
/// nothing.
/// </summary>
[Collection(HostRuns.Collection)]
public sealed class CertifiedMutants
{
    // a mutant learns at a limited speed
    private static readonly AlgorithmSettings Short =
        new() { LearningSteps = 24_000, LearningSeconds = 20, Episodes = 16 };

    public static TheoryData<EnvMistake, string> EnvMistakes => new()
    {
        { EnvMistake.SpecIsNull, "Spec: null came" },
        { EnvMistake.ChartIsNull, "Chart: null came" },
        { EnvMistake.OtherId, "id in Spec: 'test/another-v1' came; expected the registered one, 'test/mutant-env-v1'" },
        { EnvMistake.NoState, "sizes of state, observation and action: 0, 2 and 1 came" },
        { EnvMistake.DuplicateNames, "names of the state: 'position' twice came" },
        { EnvMistake.EmptyName, "name of a dimension of the state: '' came" },
        { EnvMistake.BlocksOverlap, "block 'second' of the observation: components 1 to 1 came; expected components from 2 to 1" },
        { EnvMistake.BlockTooLong, "block 'both' of the observation: components 0 to 3 came; expected components from 0 to 1" },
        { EnvMistake.EpisodeLengthZero, "length of an episode: 0 came" },
        { EnvMistake.ControlPeriodZero, "control period: 0 came" },
        { EnvMistake.UnboundedAction, "bounds of action 'force': -1 and Infinity came" },
        { EnvMistake.BoundsReversed, "bounds of action 'force': 1 and -1 came" },
        { EnvMistake.ObserveTooLarge, "Observe: Float32 [5, 4] came; expected Float32 [5, 2]" },
        { EnvMistake.ResetTooSmall, "Reset: Float32 [5, 1] came; expected Float32 [5, 2]" },
        { EnvMistake.ResetOneLane, "Reset: Float32 [1, 2] came; expected Float32 [5, 2]" },
        { EnvMistake.ObservationOfStepTooSmall, "observation of Step: Float32 [5, 1] came; expected Float32 [5, 2]" },
        { EnvMistake.FaultAsBool, "fault of Step: Bool [5] came; expected Int32 [5]" },
        { EnvMistake.FaultAsInt64, "fault of Step: Int64 [5] came; expected Int32 [5]" },
        { EnvMistake.FaultExpanded, "fault of Step: a tensor that is not contiguous came" },
        { EnvMistake.TerminatedAsFloat, "termination of Step: Float32 [5] came; expected Bool [5]" },
        { EnvMistake.TerminatedOneElement, "termination of Step: Bool [1] came; expected Bool [5]" },
        { EnvMistake.TerminatedAsColumn, "termination of Step: Bool [5, 1] came; expected Bool [5]" },
        { EnvMistake.RewardAsColumn, "reward of Step: Float32 [5, 1] came; expected Float32 [5]" },
        { EnvMistake.RewardOneElement, "reward of Step: Float32 [1] came; expected Float32 [5]" },
        { EnvMistake.RewardAsFloat64, "reward of Step: Float64 [5] came; expected Float32 [5]" },
        { EnvMistake.ComputesInFloat64, "next state of Step: Float64 [5, 2] came; expected Float32 [5, 2]" },
        { EnvMistake.NextStateTransposed, "next state of Step: a tensor that is not contiguous came" },
        { EnvMistake.ObservationIsNull, "Observe: null came; expected Float32 [5, 2]" },
        { EnvMistake.RewardIsDisposed, "reward of Step: a disposed tensor came; expected Float32 [5]" },
        { EnvMistake.OutcomeRewardAsColumn, "reward of Evaluate: Float32 [5, 1] came; expected Float32 [5]" },
        { EnvMistake.StartsWithNan, "Reset: a number that is not finite came" },
        { EnvMistake.StartsWithGradient, "Reset: a gradient history came; expected none" },
        { EnvMistake.StartsEqual, "start states of 16 lanes: the same state for all came" },
        { EnvMistake.StartsDependOnBatch, "Reset of lane 1 alone: other values came" },
        { EnvMistake.StartsFromClock, "Reset with the same keys some time and other resets later: other values came" },
        { EnvMistake.RewardBatchMean, "reward of lane 0 in a batch of 1 and of 5: a difference of" },
        { EnvMistake.ChangesItsInput, "action that was given to Step: other values came" },
        { EnvMistake.KeepsHistory, "next state of Step with the same arguments again: other values came" },
        { EnvMistake.ReturnsSameObjectTwice, "observation of Step: the same object as next state of Step came" },
        { EnvMistake.ReturnsItsInput, "next state of Step: the same object as the state given came" },
        { EnvMistake.LeaksTensors, "tensors that are left after 20 steps: 20 more came; expected none" },
        {
            EnvMistake.ObserveDisagrees,
            "Observe of the next state, compared with the observation of Step: a difference of"
        },
        { EnvMistake.EvaluateDisagrees, "reward of Evaluate, compared with Step: a difference of" },
        { EnvMistake.NanObservation, "Observe: a number that is not finite came" },
        {
            EnvMistake.NanRewardInOneLane,
            "reward of step 1: steps with numbers that are not finite: 60 of 480 without a fault code came"
        },
        { EnvMistake.NoGradient, "next state: no gradient history came" },
        { EnvMistake.DetachedFromAction, "Step: derivative of the next state by the action: 0 where differences give" },
        { EnvMistake.DetachedFromState, "Step: derivative of the next state by the state: 0 where differences give" },
        { EnvMistake.RewardDetached, "Step: derivative of the reward by the state: 0 where differences give" },
        {
            EnvMistake.RewardDetachedFromAction,
            "Step: derivative of the reward by the action: 0 where differences give"
        },
        { EnvMistake.WrongGradient, "Step: derivative of the next state by the action: " },
        { EnvMistake.DifferenceReversed, "Difference after Integrate: a relative difference of 2" },
        { EnvMistake.ChartOfOtherSize, "tangent size of the chart: 3 came; expected 1 to 2" },
    };

    /// <summary>Mistake, the check that finds it, and what it says.</summary>
    public static TheoryData<ModelMistake, string, string> ModelMistakes => new()
    {
        { ModelMistake.SpecIsNull, "creation", "Spec: null came" },
        { ModelMistake.OtherId, "creation", "id in Spec: 'test/another-v1' came" },
        { ModelMistake.ProbesMissing, "creation", "probes of projected derivatives: 0 came" },
        { ModelMistake.PredictsTooLittle, "Predict", "Predict: Float32 [5, 1] came; expected Float32 [5, 3]" },
        { ModelMistake.PredictsFloat64, "Predict", "Predict: Float64 [5, 3] came; expected Float32 [5, 3]" },
        { ModelMistake.PredictsNan, "Predict", "Predict: a number that is not finite came" },
        { ModelMistake.PredictsNull, "Predict", "Predict: null came" },
        { ModelMistake.DetachedFromAction, "Predict", "Predict by the action alone: no gradient history came" },
        {
            ModelMistake.DetachedFromAction, "derivatives of Predict",
            "derivative of the next state by the action: 0 where"
        },
        {
            ModelMistake.ReachesParameters, "parameters under Predict",
            "Predict without inputs that need gradients: a gradient history"
        },
        { ModelMistake.LossIsNan, "Fit", "report of Fit: NaN, NaN, 0 came" },
        { ModelMistake.LearnsNothing, "errors fall", "error of predicted changes on new transitions after" },
        { ModelMistake.ChangesItsBatch, "Fit", "next state of the batch after Fit: other values came" },
        {
            ModelMistake.SaveCannotBeRead, "Save and Load",
            "Save and Load: MbMixException 'Checkpoint entry 'fits' holds Int64"
        },
        { ModelMistake.LoadReadsLess, "Save and Load", "Load: a return without reading fits came" },
        { ModelMistake.SaveForgets, "Save and Load", "Load: a return without reading weights came" },
    };

    /// <summary>Mistake, the check that finds it, and what it says.</summary>
    public static TheoryData<AlgorithmMistake, string, string> AlgorithmMistakes => new()
    {
        { AlgorithmMistake.ReportIsNull, "metrics", "report of iteration 1: null came" },
        { AlgorithmMistake.MetricsAreNull, "metrics", "metrics of iteration 1: null came" },
        {
            AlgorithmMistake.StepsStayZero, "environment steps",
            "environment steps of iteration 1: 0 more came; expected at least 1 more"
        },
        { AlgorithmMistake.StepsGoBackwards, "environment steps", "environment steps of iteration 3: -100 more came" },
        { AlgorithmMistake.MetricsChange, "metrics", "names of the metrics in iteration 3: gradient/other came" },
        { AlgorithmMistake.MetricRepeated, "metrics", "names of the metrics: 'objective/mean' twice came" },
        { AlgorithmMistake.MetricWithSeparator, "metrics", "name of a metric: 'gradient, norm' came" },
        { AlgorithmMistake.MetricWithoutName, "metrics", "name of a metric: '' came" },
        {
            AlgorithmMistake.MetricNamedAsColumn, "metrics",
            "name of a metric: 'env_steps', which the log has already came"
        },
        { AlgorithmMistake.CostsGoBackwards, "costs", "costs of iteration 3: a counter below the last one came" },
        {
            AlgorithmMistake.CostsInvented, "costs",
            "forward steps after iteration 1: 240 came; expected 80, as metered"
        },
        { AlgorithmMistake.PolicyIsNull, "creation", "Policy: null came" },
        { AlgorithmMistake.PolicyChanges, "actions", "Policy after iterations: another object came" },
        { AlgorithmMistake.PolicyActsNull, "actions", "Act: null came; expected Float32 [7, 2]" },
        { AlgorithmMistake.PolicyActsNan, "actions", "Act: a number that is not finite came" },
        { AlgorithmMistake.PolicyActsOneLane, "actions", "Act: Float32 [1, 2] came; expected Float32 [7, 2]" },
        { AlgorithmMistake.PolicyActsAsColumn, "actions", "Act: Float32 [7, 1, 2] came; expected Float32 [7, 2]" },
        { AlgorithmMistake.PolicyActsBeyondBounds, "actions", "Act: first input" },
        {
            AlgorithmMistake.PolicyActsNanWithoutTensors, "actions without tensors",
            "Act without tensors: first input NaN came"
        },
        {
            AlgorithmMistake.PolicyDisagreesWithItself, "actions without tensors",
            "Act without tensors: first input -6 came"
        },
        { AlgorithmMistake.SaveCannotBeRead, "resume", "Checkpoint entry 'optimizer.gains' is Float32[3, 2]" },
        { AlgorithmMistake.LoadReadsLess, "resume", "Load: a return without reading optimizer.counters came" },
        {
            AlgorithmMistake.SaveForgets, "resume",
            "reports after Load in a new instance, iteration 1: 80 came; expected 320"
        },
        { AlgorithmMistake.SaveRepeatsName, "resume", "A checkpoint was given 'optimizer.gains' twice" },
        { AlgorithmMistake.SeedIgnored, "other seed", "reports of two runs with other seeds: the same numbers came" },
        { AlgorithmMistake.Descends, "learning", "return of the policy: " },
        {
            AlgorithmMistake.PoisonedByFaults, "faulting lanes",
            "what Save writes after lanes have faulted: optimizer.gains with"
        },
    };

    [Theory]
    [MemberData(nameof(EnvMistakes))]
    public void A_mistake_of_an_environment_is_found(EnvMistake mistake, string finding)
    {
        using var subject = Environment(mistake);
        Certify.Bites([.. EnvironmentCheck.Certify(subject).Findings], finding);
    }

    [Theory]
    [MemberData(nameof(ModelMistakes))]
    public void A_mistake_of_a_model_is_found(ModelMistake mistake, string check, string finding)
    {
        using var subject = Model(mistake);
        Certify.Bites(ModelCheck.All(subject).Single(c => c.Name == check).Run().Findings, finding);
    }

    [Theory]
    [MemberData(nameof(AlgorithmMistakes))]
    public void A_mistake_of_an_algorithm_is_found(AlgorithmMistake mistake, string check, string finding)
    {
        var checks = AlgorithmCheck.All(Algorithm(mistake), Short);
        Certify.Bites(checks.Single(c => c.Name == check).Run().Findings, finding);
    }

    [Fact]
    public void The_sound_ones_are_certified()
    {
        using var env = Environment(EnvMistake.None);
        using var model = Model(ModelMistake.None);
        Certificate[] certificates =
        [
            EnvironmentCheck.Certify(env), ModelCheck.Certify(model),
            AlgorithmCheck.Certify(Algorithm(AlgorithmMistake.None), Short),
        ];
        Certify.Sound([.. certificates.SelectMany(c => c.Findings)]);
        Assert.All(certificates, c => Assert.True(c.IsSound));
    }

    [Fact]
    public void Gradients_that_are_declared_surrogates_are_not_compared_with_differences()
    {
        using var env = Environment(EnvMistake.SurrogateGradient);
        var certificate = EnvironmentCheck.Certify(env);
        Certify.Sound([.. certificate.Findings]);
        const string reason = "its gradients are on purpose not those of the step";
        Assert.Equal(2, certificate.Results.Count(result => result.Skipped == reason));
    }

    /// <summary>A mistake without a line in the tables would go unnoticed.</summary>
    [Fact]
    public void Every_mistake_has_a_test()
    {
        Assert.Equal(
            Enum.GetValues<EnvMistake>(),
            EnvMistakes.Select(r => r.Data.Item1).Append(EnvMistake.None).Append(EnvMistake.SurrogateGradient).Distinct()
                .Order());
        Assert.Equal(
            Enum.GetValues<ModelMistake>(),
            ModelMistakes.Select(r => r.Data.Item1).Append(ModelMistake.None).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<AlgorithmMistake>(),
            AlgorithmMistakes.Select(r => r.Data.Item1).Append(AlgorithmMistake.None).Distinct().Order());
    }

    private static EnvironmentSubject Environment(EnvMistake mistake) =>
        new(MutantPlugin.Environment, _ => new MutantEnv(mistake));

    private static ModelSubject Model(ModelMistake mistake) =>
        new(MutantPlugin.Model, context => new MutantModel(mistake, context), Task);

    private static AlgorithmSubject Algorithm(AlgorithmMistake mistake) =>
        new(MutantPlugin.Algorithm, context => new MutantAlgorithm(mistake, context), Task);

    private static IDifferentiableEnv Task() =>
        StubEnvs.Make(LinearQuadratic.Id, Differentiation.Precision.Single);
}
