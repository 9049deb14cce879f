using MbMix.TestKit;
using MbMix.Tests.Support;
using Mutants;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Contract;

/// <summary>
/// Certification finds mistakes that show late, or in many places: the first finding names the cause, and what can only
/// follow from it is not held against anything else.
/// </summary>
[Collection(HostRuns.Collection)]
public sealed class SubtleMutants
{
    /// <summary>Mistake, how its first finding begins, and how many findings it may have.</summary>
    public static TheoryData<SubtleMistake, string, int> Mistakes => new()
    {
        { SubtleMistake.TerminatesLate, "termination of Step after ", 1 },
        { SubtleMistake.DriftsLate, "next state of Step after ", 1 },
        { SubtleMistake.FortiethStepDiffers, "reward of Step after ", 1 },
        { SubtleMistake.ObservesLate, "Observe after ", 1 },
        { SubtleMistake.RestartsLate, "Reset after ", 1 },
        { SubtleMistake.Noise, "next state of Step with the same arguments again: other values came", 2 },
        { SubtleMistake.RandomWhenMade, "next state of Step of a second instance: other values came", 3 },
        { SubtleMistake.FeaturesHideVelocity, "state 'velocity', which Features of the chart leaves out: another", 1 },
        { SubtleMistake.TangentHidesVelocity, "state 'velocity', which Features of the chart leaves out: another", 1 },
        { SubtleMistake.RewardHuge, "largest reward of a step in random play: ", 1 },
        { SubtleMistake.RewardTiny, "largest reward of a step in random play: ", 1 },
        { SubtleMistake.ObservationConstant, "observations of random play: the same one in all lanes and steps", 1 },
        { SubtleMistake.ActionWithoutEffect, "action 'force': no change of next state, observation, reward", 1 },
        { SubtleMistake.EpisodeLengthChanges, "length of an episode when read ", 1 },
        { SubtleMistake.SpecGrows, "size of the observation when read ", 1 },
        { SubtleMistake.SpecChangesWithSteps, "size of the observation after ", 1 },
        { SubtleMistake.NotFinite, "next state 'position' of step 1: steps with numbers that are not finite", 1 },
        { SubtleMistake.NotFiniteLater, "next state 'position' of step ", 1 },
        { SubtleMistake.StepIsNull, "next state of Step: null came; expected Float32 [5, 2]", 1 },
        { SubtleMistake.StepIsDisposed, "next state of Step: a disposed tensor came; expected Float32 [5, 2]", 1 },
        { SubtleMistake.StepThrows, "Step: InvalidOperationException 'the solver has no solution' came; expected", 1 },
        { SubtleMistake.ThrowsAtLength, "Step: MbMixException 'The solver has no solution. The solver", 1 },
        { SubtleMistake.EvaluateThrows, "Evaluate: NotSupportedException 'predicted states are not supported'", 1 },
        { SubtleMistake.DisposeThrows, "Dispose: InvalidOperationException 'the simulator is busy' came", 1 },
        { SubtleMistake.DisposeThrowsAgain, "Dispose a second time: InvalidOperationException", 1 },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_first_finding_names_the_cause(SubtleMistake mistake, string first, int most)
    {
        using var subject = new EnvironmentSubject(MutantPlugin.Environment, _ => new MutantSubtleEnv(mistake));
        var certificate = EnvironmentCheck.Certify(subject);
        Finding[] findings = [.. certificate.Findings.Where(f => f.Came != "no result")];
        string all = string.Join('\n', findings.Select(f => f.ToString()));
        Assert.False(certificate.IsSound);
        Assert.StartsWith($"{MutantPlugin.Environment}: {first}", all, StringComparison.Ordinal);
        Certify.Readable(findings);
        Assert.True(findings.Length <= most, all);
    }

    [Fact]
    public void A_Dispose_that_throws_is_one_finding_of_models_and_algorithms_too()
    {
        static IDifferentiableEnv Task() => new MutantEnv(EnvMistake.None);
        using var model = new ModelSubject(
            MutantPlugin.Model, context => new BusyModel(new MutantModel(ModelMistake.None, context)), Task);
        var algorithm = new AlgorithmSubject(
            MutantPlugin.Algorithm,
            context => new BusyAlgorithm(new MutantAlgorithm(AlgorithmMistake.None, context)), Task);
        foreach (var certificate in new[] { ModelCheck.Certify(model), AlgorithmCheck.Certify(algorithm) })
        {
            var found = Assert.Single(certificate.Findings, f => f.Came != "no result");
            Assert.Contains(
                "Dispose: InvalidOperationException 'the device is busy' came; expected a return.", found.ToString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_without_predictions_is_one_finding()
    {
        using var model = new ModelSubject(
            MutantPlugin.Model, context => new MutantModel(ModelMistake.PredictsNull, context),
            () => new MutantEnv(EnvMistake.None));
        var found = Assert.Single(ModelCheck.Certify(model).Findings);
        Assert.Contains("Predict: null came; expected Float32 [5, 2]", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_judged_is_skipped_and_counted()
    {
        using var subject = new EnvironmentSubject(
            MutantPlugin.Environment, _ => new MutantSubtleEnv(SubtleMistake.NotFinite));
        var certificate = EnvironmentCheck.Certify(subject);
        var lanes = certificate.Results.Single(r => r.Name == "Step of single lanes");
        Assert.Equal("not judged: the simulation is not finite", lanes.Skipped);
        Assert.Contains(" not judged) in ", CertificateText.Score(certificate), StringComparison.Ordinal);
    }

    [Fact]
    public void What_they_were_made_from_is_certified_and_so_is_a_chart_that_rightly_leaves_out_a_component()
    {
        foreach (bool invariant in new[] { false, true })
        {
            using var subject = new EnvironmentSubject(MutantPlugin.Environment, _ => invariant
                ? new AlteredEnv(new MutantEnv(EnvMistake.None)) { Chart = new EuclideanChart(2, 0) }
                : new MutantSubtleEnv(SubtleMistake.None));
            var certificate = EnvironmentCheck.Certify(subject);
            Certify.Sound([.. certificate.Findings]);
            Assert.DoesNotContain(certificate.Results, r => r.Skipped?.StartsWith("not judged") == true);
        }
    }

    /// <summary>A mistake without a line in the table would go unnoticed.</summary>
    [Fact]
    public void Every_subtle_mistake_has_a_test() => Assert.Equal(
        Enum.GetValues<SubtleMistake>(), Mistakes.Select(r => r.Data.Item1).Prepend(SubtleMistake.None).Order());

    [Fact]
    public void A_finding_that_is_too_long_loses_its_hint_first_and_then_the_ends_of_its_parts()
    {
        string hint = "First what to do. " + string.Join(' ', Enumerable.Repeat("And more.", 40));
        string line = new Finding("test/x-v1", "reward", "a number", "another", hint).ToString();
        Assert.StartsWith(
            "test/x-v1: reward: a number came; expected another. First what to do. And more.", line,
            StringComparison.Ordinal);
        Assert.InRange(line.Length, 280, 300);

        string long1 = new Finding(
            new string('s', 200), new string('c', 400), new string('v', 900), new string('e', 400), hint).ToString();
        Assert.Matches("^s+\\.\\.\\.: c+\\.\\.\\.: v+\\.\\.\\. came; expected e+\\.\\.\\.\\.", long1);
        Assert.InRange(long1.Length, 280, 300);
    }

    private sealed class BusyModel(IDynamicsModel inner) : IDynamicsModel
    {
        public ModelSpec Spec => inner.Spec;

        public Tensor Predict(Tensor state, Tensor action) => inner.Predict(state, action);

        public FitReport Fit(TransitionBatch batch) => inner.Fit(batch);

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => throw new InvalidOperationException("the device is busy");
    }

    private sealed class BusyAlgorithm(IPolicyOptimizer inner) : IPolicyOptimizer
    {
        public IPolicy Policy => inner.Policy;

        public IterationReport Iterate(CancellationToken cancellationToken) => inner.Iterate(cancellationToken);

        public void Save(ICheckpointWriter writer) => inner.Save(writer);

        public void Load(ICheckpointReader reader) => inner.Load(reader);

        public void Dispose() => throw new InvalidOperationException("the device is busy");
    }
}
