using MbMix.Hosting;
using MbMix.Tests.Support;
using Mutants;

namespace MbMix.Tests.Contract;

/// <summary>
/// Mistakes of an algorithm are one line that names the plugin: in its reports, in what its policy does, and when its
/// checkpoint is loaded.
/// </summary>
public sealed class GuardedAlgorithms
{
    private const string Plugin = $"plugin MbMix.Tests.Plugin ({MutantPlugin.Algorithm})";

    public static TheoryData<AlgorithmMistake, string> Mistakes => new()
    {
        { AlgorithmMistake.ReportIsNull, "report of Iterate: null came; expected a report." },
        { AlgorithmMistake.MetricsAreNull, "Metrics of the report: null came; expected a list, which may be empty." },
        { AlgorithmMistake.StepsStayZero, "EnvironmentSteps of the report: 0 in 100 iterations came; expected steps, because they end the run." },
        { AlgorithmMistake.StepsGoBackwards, "EnvironmentSteps of the report: 60 came; expected 160 or more, which it was before." },
        { AlgorithmMistake.MetricsChange, "metric 2 of the report: 'gradient/other' came; expected 'gradient/norm', as in the first iteration" },
        { AlgorithmMistake.MetricRepeated, "metric 2 of the report: the name 'objective/mean' again came; expected a name of its own." },
        { AlgorithmMistake.MetricWithSeparator, "metric 2 of the report: the name 'gradient, norm' came; expected at most 100 characters without commas" },
        { AlgorithmMistake.MetricWithoutName, "metric 2 of the report: no name came" },
        { AlgorithmMistake.MetricNamedAsColumn, "metric 2 of the report: the name 'env_steps', which the log has already came" },
        { AlgorithmMistake.CostsGoBackwards, "ForwardSteps of the report: 60 came; expected 160 or more, which it was before." },
        { AlgorithmMistake.PolicyIsNull, "Policy: null came; expected a policy." },
        { AlgorithmMistake.PolicyChanges, "Policy after an iteration: another object came; expected the same one as before." },
        { AlgorithmMistake.PolicyActsNull, "action of the policy: null came; expected float32 [2, 1]." },
        { AlgorithmMistake.PolicyActsNan, "component 0 of the policy's action: NaN came; expected a number within -1 to 1." },
        { AlgorithmMistake.PolicyActsOneLane, "action of the policy: float32 [1, 1] came; expected float32 [2, 1]." },
        { AlgorithmMistake.PolicyActsAsColumn, "action of the policy: float32 [2, 1, 1] came; expected float32 [2, 1]." },
        { AlgorithmMistake.PolicyActsBeyondBounds, "component 0 of the policy's action: " },
        { AlgorithmMistake.PolicyActsNanWithoutTensors, "component 0 of the policy's action: NaN came" },
    };

    /// <summary>What only a comparison of whole runs shows; certification makes it.</summary>
    private static AlgorithmMistake[] OnlyCertified { get; } =
    [
        AlgorithmMistake.CostsInvented, AlgorithmMistake.PolicyDisagreesWithItself, AlgorithmMistake.SaveForgets,
        AlgorithmMistake.SeedIgnored, AlgorithmMistake.Descends, AlgorithmMistake.PoisonedByFaults,
    ];

    private static AlgorithmMistake[] InCheckpoints { get; } =
        [AlgorithmMistake.SaveCannotBeRead, AlgorithmMistake.LoadReadsLess, AlgorithmMistake.SaveRepeatsName];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_one_line_that_names_the_plugin(AlgorithmMistake mistake, string line)
    {
        using var host = new MutantHost();
        var e = Assert.Throws<MbMixException>(() =>
        {
            using var session = host.Create(MutantPlugin.Algorithm, $"algo.mistake={mistake}");
            int iterations = mistake == AlgorithmMistake.StepsStayZero ? 200 : 4;
            for (int i = 0; i < iterations; i++) session.Iterate();
            session.Evaluate(episodes: 2);
            session.Policy.Act([0.5f, 0], new float[1]);
        });
        Assert.StartsWith($"{Plugin}: {line}", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 40, 300);
    }

    [Fact]
    public void The_sound_algorithm_and_what_only_certification_finds_train()
    {
        using var host = new MutantHost();
        host.Train(MutantPlugin.Algorithm, $"algo.mistake={AlgorithmMistake.None}");
        foreach (var mistake in OnlyCertified) host.Train(MutantPlugin.Algorithm, $"algo.mistake={mistake}");
        Assert.Empty(host.Warnings);
    }

    [Theory]
    [InlineData(AlgorithmMistake.SaveCannotBeRead, " cannot load its checkpoint: Checkpoint entry 'optimizer.gains' is F32[2, 1], but F32[3, 3] is expected")]
    [InlineData(AlgorithmMistake.LoadReadsLess, ": Load: a return without reading 'optimizer.counters' came; expected to read everything that Save wrote.")]
    public void A_checkpoint_that_is_not_read_names_the_plugin(AlgorithmMistake mistake, string line)
    {
        using var host = new MutantHost();
        using var saved = host.Create(MutantPlugin.Algorithm, $"algo.mistake={mistake}");
        saved.Iterate();
        var entries = new Dictionary<string, SafetensorsEntry>();
        saved.Save(new CheckpointWriter("", entries, null));

        using var resumed = host.Create(MutantPlugin.Algorithm, $"algo.mistake={mistake}");
        var reader = new CheckpointReader("", entries, new Dictionary<string, RowLog>(), null);
        var state = new CheckpointState(1, 80, 0, new Dictionary<string, long>(), false, false);
        var e = Assert.Throws<MbMixException>(() => resumed.Load(reader, state));
        Assert.StartsWith(Plugin + line, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_saved_twice_names_the_entry()
    {
        using var host = new MutantHost();
        using var session = host.Create(MutantPlugin.Algorithm, $"algo.mistake={AlgorithmMistake.SaveRepeatsName}");
        var e = Assert.Throws<MbMixException>(
            () => session.Save(new CheckpointWriter("", new Dictionary<string, SafetensorsEntry>(), null)));
        Assert.StartsWith($"{Plugin} cannot save a checkpoint: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("'optimizer.gains' twice", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A mistake without a test would go unnoticed.</summary>
    [Fact]
    public void Every_mistake_has_a_test()
    {
        var tested = Mistakes.Select(row => row.Data.Item1).Concat(OnlyCertified).Concat(InCheckpoints)
            .Append(AlgorithmMistake.None);
        Assert.Equal(Enum.GetValues<AlgorithmMistake>(), tested.Order());
    }
}
