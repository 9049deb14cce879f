using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using MbMix.Algo.SAC;
using MbMix.Hosting;
using MbMix.Learning;
using MbMix.Tests.Support;

namespace MbMix.Tests.Hostile;

/// <summary>
/// Every option of every component with awkward values: each value either works, or is refused in one line of our own
/// words that names the option.
/// </summary>
public sealed partial class OptionFuzz(ITestOutputHelper output) : IDisposable
{
    private const double MostWork = 2000, MostRows = 1e6, MostUnits = 1e4;

    // what makes an iteration cheap; an option under test replaces its entry
    private static readonly string[] Small =
    [
        "algo.environments=2", "algo.horizon=2", "algo.minibatchSize=4", "algo.passes=1", "algo.hidden=8",
        "algo.actorHidden=8", "algo.criticHidden=8", "algo.criticPasses=1", "algo.criticMinibatches=1",
        "algo.modelRollouts=2", "algo.modelHorizon=2", "algo.modelUpdates=1", "algo.modelWarmup=4",
        "algo.modelBatch=4", "algo.replayCapacity=64", "algo.learningStarts=8", "algo.batchSize=4", "model.hidden=8", "model.minimumTransitions=4",
        "algo.updatesPerTransition=1", "algo.modelTransitions=4", "algo.modelReplayCapacity=64", "algo.modelEpochs=1",
        "algo.blocks=2", "model.members=2", "model.elites=1",
        "algo.planIterations=1", "algo.planCandidates=4", "algo.planParticles=1", "algo.refitEpochs=1",
        "algo.batchLength=2", "algo.trainRatio=4", "algo.deter=8", "algo.units=8", "algo.latents=2", "algo.classes=2",
        "algo.layers=1", "algo.imaginationHorizon=2",
    ];

    private static readonly string[] Awkward =
    [
        "0", "-1", "1", "0.5", "1e30", "1e999", "-1e999", "9223372036854775808", "1e3", "NaN", "Infinity",
        "\"NaN\"", "-Infinity", "null", "", "x", "\"\"", "true", "false", "1,2", "[]", "[0]", "[1]", "[-1]", "[1e9]",
        "[1.5]", "[1e999]", "[null]", "[\"x\"]", "[[1]]", "[{}]", "{}", "{\"a\":1}", "32", "\"32\"",
    ];

    private readonly TrainingSessions sessions = HostRuns.Sessions(
        [.. BundledPlugins.All().Where(p => p.GetType().Assembly.GetName().Name != "MbMix.Tests.Plugin")]);
    private readonly List<string> violations = [];
    private readonly Dictionary<PropertyInfo, int> trainings = [];
    private readonly HashSet<string> tried = [];
    private int refused, resolved, trained;

    public void Dispose() => output.WriteLine($"{refused} refused, {resolved} resolved, {trained} trained");

    [Fact]
    public void Every_value_of_every_option_works_or_is_refused_in_one_line()
    {
        foreach (var (request, section, type) in Subjects())
        {
            foreach (var property in OptionsBinder.Properties(type))
            {
                // what algorithms on the base of soft actor-critic share is tried with SAC
                if (property.DeclaringType == typeof(SoftActorCriticOptions) && type != typeof(SacOptions)) continue;
                string key = $"{section}.{OptionsBinder.Name(property)}";
                foreach (string value in Values(property).Distinct()) Try(request, key, value, property);
            }
        }
        Assert.True(violations.Count == 0, string.Join("\n", violations.Prepend($"{violations.Count} violations")));
        // every option was there, and each was refused and accepted something
        Assert.True(refused > 1000 && resolved > 300 && trained > 100, $"{refused}, {resolved}, {trained}");
    }

    [Fact]
    public void The_command_refuses_what_is_wrong_with_exit_code_2()
    {
        using var mbmix = new HostCommand();
        (string Setting, string Expected)[] samples =
        [
            ("algo.actorHidden=[]", "algo.actorHidden = []: a list of whole numbers such as [64, 64], not empty, each "
                + "from 1 to 65536, is expected."),
            ("algo.actorHidden=[8,0]", "algo.actorHidden = [8,0]: its element 2 is 0; 1 to 65536 is expected."),
            ("algo.criticHidden=1e9", "algo.criticHidden = [1000000000]: its element 1 is 1000000000; 1 to 65536 is"),
            ("model.hidden=null", "model.hidden = null: a list of whole numbers"),
            ("algo.weighting=null", "algo.weighting = null: one of Scheduled, Measured is expected."),
            ("algo.weighting=1", "algo.weighting = 1: one of Scheduled, Measured is expected."),
            ("algo.weighting=mesured", "Did you mean 'Measured'?"),
            ("algo.gamma=NaN", "algo.gamma = NaN: a number from 0 to 1 is expected."),
            ("algo.gamma=1e999", "algo.gamma: the value is 1e999; a number between"),
            ("algo.environments=", "algo.environments = \"\": a whole number from 1 to 1000000 is expected."),
            ("env.randomStart=1", "env.randomStart = 1: true or false is expected."),
            ("run.evaluationEpisodes=1e7", "run.evaluationEpisodes = 10000000: a whole number from 1 to 1000000 is"),
            ("algo.criticIterations=4", "Did you mean one of criticHidden, criticLambda, criticLearningRate, "
                + "criticMinibatches, criticPasses, criticWindows, imaginedCriticPasses?"),
        ];
        foreach (var (setting, expected) in samples)
        {
            var result = mbmix.Run(
                "train", "diffrl/cartpole-swingup", "--algo", "mbmix", "--model", "sobolev-mlp", "--preset", "none",
                "--set", setting);
            Assert.True(result.ExitCode == 2, $"{setting}: {result.ExitCode}, {result.Error}");
            string line = Assert.Single(result.Errors);
            Assert.Contains(expected, line, StringComparison.Ordinal);
            Assert.DoesNotMatch(FrameworkWords(), result.Error);
        }
    }

    /// <summary>Each class of options, in a run that has it.</summary>
    private IEnumerable<(TrainingRequest Request, string Section, Type Type)> Subjects()
    {
        var cartPole = new TrainingRequest
        {
            Environment = "diffrl/cartpole-swingup",
            Algorithm = "mbmix",
            Model = "sobolev-mlp",
            Preset = "none",
            Threads = 1,
        };
        yield return (cartPole, "run", typeof(RunOptions));
        foreach (var component in sessions.Catalog.Components)
        {
            string model = component.ShortName switch { "mbmix" => "sobolev-mlp", "maac" or "loop" => "ensemble", _ => "none" };
            yield return component.Kind switch
            {
                ComponentKind.Algorithm => (
                    cartPole with { Algorithm = component.Id, Model = model }, "algo",
                    component.OptionsType),
                ComponentKind.Model => (cartPole with { Model = component.Id }, "model", component.OptionsType),
                _ => (cartPole with { Environment = component.Id }, "env", component.OptionsType),
            };
        }
    }

    private static IEnumerable<string> Values(PropertyInfo property)
    {
        foreach (string value in Awkward) yield return value;
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            double low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
            double high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
            foreach (double value in new[] { low, low - 1, low * 0.5, high, high + 1, high * 2 })
                yield return value.ToString("R", CultureInfo.InvariantCulture);
        }
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (!type.IsEnum) yield break;
        foreach (string name in Enum.GetNames(type)) yield return name;
        yield return string.Join(',', Enum.GetNames(type));
        yield return $"[\"{Enum.GetNames(type)[0]}\"]";
    }

    private static bool IsSlow(TrainingRequest request) =>
        request.Model is { } model && model.Contains("ensemble", StringComparison.Ordinal)
        || request.Algorithm?.Contains("dreamerv3", StringComparison.Ordinal) == true;

    private void Try(TrainingRequest request, string key, string value, PropertyInfo property)
    {
        string setting = $"{key}={value}";
        ResolvedConfiguration configuration;
        try
        {
            configuration = sessions.Resolve(request with { Settings = [.. Base(request, key), setting] });
            resolved++;
        }
        catch (ConfigurationException e)
        {
            refused++;
            // options that relate to each other may be refused by the name of another one
            string named = IsPlausible(property, value) ? key.Split('.')[0] : key;
            Judge(setting, e.Message, named);
            return;
        }
        catch (Exception e)
        {
            violations.Add($"{setting}: {e.GetType().Name}: {e.Message}");
            return;
        }
        if (request.Environment != "diffrl/cartpole-swingup" || IsExpensive(configuration, property)) return;
        // many spellings are the same configuration
        if (!tried.Add(configuration.ToJson().ToJsonString())) return;
        // an iteration of these takes long
        if (IsSlow(request) && (trainings[property] = trainings.GetValueOrDefault(property) + 1) > 2) return;
        try
        {
            using var session = sessions.Create(configuration);
            session.Iterate(TestContext.Current.CancellationToken);
            trained++;
        }
        catch (MbMixException e)
        {
            Judge(setting, e.Message, "");
        }
        catch (Exception e)
        {
            violations.Add($"{setting} (run): {e.GetType().Name}: {OneLine.Of(e)}");
        }
    }

    // those that the components in the run have
    private IEnumerable<string> Base(TrainingRequest request, string key)
    {
        var components = sessions.Catalog.Components;
        bool Named(ComponentInfo c, string? name) => name is not null && (c.Id == name || c.ShortName == name);
        var algorithm = components.First(c => c.Kind == ComponentKind.Algorithm && Named(c, request.Algorithm));
        var model = components.FirstOrDefault(c => c.Kind == ComponentKind.Model && Named(c, request.Model));
        foreach (string setting in Small)
        {
            string name = setting.Split('=')[0];
            var options = name.StartsWith("model.", StringComparison.Ordinal) ? model : algorithm;
            if (name != key && options is not null
                && OptionsBinder.Properties(options.OptionsType).Any(p => name.EndsWith($".{OptionsBinder.Name(p)}", StringComparison.Ordinal)))
                yield return setting;
        }
    }

    // a value that is fine on its own
    private static bool IsPlausible(PropertyInfo property, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && property.GetCustomAttribute<RangeAttribute>() is { } range
            && number >= Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture)
            && number <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture)
        || property.PropertyType.IsEnum && Enum.TryParse(property.PropertyType, value, out _);

    private static bool IsExpensive(ResolvedConfiguration configuration, PropertyInfo property)
    {
        double Option(string name) =>
            configuration.AlgorithmOptions.GetType().GetProperty(name)?.GetValue(configuration.AlgorithmOptions)
                is { } value ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 1;
        double steps = Math.Max(
            Option("Environments") * Option("Horizon"), Option("ModelRollouts") * Option("ModelHorizon"));
        double work = steps * Math.Max(Option("Passes"), Option("CriticPasses"));
        double updates = Math.Max(Option("ModelUpdates"), Option("ModelWarmup"));
        work = Math.Max(work, Math.Max(updates * 4, Option("ModelBatch")));
        work = Math.Max(work, Math.Max(Option("CriticMinibatches"), Option("MinibatchSize")));
        double depth = (Option("ActorHorizon") + Option("LastActions") + Option("CriticHorizon")) / 3;
        work = Math.Max(work, Math.Max(steps * Option("UpdatesPerTransition"), 1) * Option("BatchSize") * depth);
        work = Math.Max(work, Option("Blocks") * Option("ModelTransitions"));
        work = Math.Max(work, Option("ModelEpochs"));
        work = Math.Max(work, steps * Option("PlanHorizon") * Option("PlanIterations") * Option("PlanCandidates") * Option("PlanParticles"));
        work = Math.Max(work, steps * Option("TrainRatio") / Option("BatchLength") * Option("ImaginationHorizon"));
        work = Math.Max(work, Math.Max(Option("Deter"), Option("Units")) * Option("Layers"));
        work = Math.Max(work, Option("Latents") * Option("Classes"));
        var sizes = new[] { configuration.AlgorithmOptions, configuration.ModelOptions }.OfType<object>()
            .SelectMany(o => o.GetType().GetProperties().Where(p => p.PropertyType == typeof(int[]))
                .SelectMany(p => (int[])p.GetValue(o)!));
        return work > MostWork || Math.Max(Option("ReplayCapacity"), Option("ModelReplayCapacity")) > MostRows || sizes.Any(s => s > MostUnits)
            || configuration.Run.EvaluationEpisodes > MostUnits && property.DeclaringType == typeof(RunOptions);
    }

    private void Judge(string setting, string message, string named)
    {
        if (message.Length > 300 || message.Contains('\n', StringComparison.Ordinal)
            || !message.Contains(named, StringComparison.Ordinal) || FrameworkWords().IsMatch(message))
            violations.Add($"{setting} -> {message}");
    }

    // but Double is also the name of a precision
    [GeneratedRegex(@"System\.|Exception|Nullable|Int32|Int64|(?<!Single, ?)Double\b|Boolean|DataAnnotations|"
        + "The field|TimeSpan|Object reference|parameter '|Parameter '")]
    private static partial Regex FrameworkWords();
}
