using MbMix.Algo.APG;
using MbMix.Algo.DreamerV3;
using MbMix.Algo.LOOP;
using MbMix.Algo.MAAC;
using MbMix.Algo.SAC;
using MbMix.Algo.SHAC;
using MbMix.Hosting;
using MbMix.Model.Ensemble;
using MbMix.TestKit;
using MbMix.Tests.Plugin;
using MbMix.Tests.Support;

namespace MbMix.Tests.Contract;

/// <summary>
/// Every environment with MB-MIX, PPO and the models of MB-MIX, and a few environments with every model or none and every
/// algorithm: what fits together trains, what does not is refused in one line. Cloth, whose steps take long, is left to
/// <see cref="Learning.ClothTrainings"/>.
/// </summary>
public sealed class EveryTriple
{
    private const string Opaque = "test/opaque-point-v1";

    // what an algorithm needs of an environment, a few environments show as well as all of them
    private static readonly string[] Few =
        ["stub/point-mass-v1", "classic/pendulum-v1", Opaque, "mujoco/inverted-pendulum-v5"];

    [Fact]
    public void Trains_or_is_refused_in_one_line()
    {
        Type[] later =
        [
            typeof(ShacPlugin), typeof(SacPlugin), typeof(ApgPlugin), typeof(MaacPlugin), typeof(LoopPlugin), typeof(DreamerV3Plugin),
            typeof(EnsembleModelPlugin),
        ];
        IMbMixPlugin[] all = [.. BundledPlugins.All(), OpaqueEnvironment()];
        IMbMixPlugin[] first = [.. all.Where(plugin => !later.Contains(plugin.GetType()))];
        Check(first, [.. HostRuns.Sessions(first).Catalog.Components
            .Where(c => c.Kind == ComponentKind.Environment && !c.Id.StartsWith("daxbench/", StringComparison.Ordinal))
            .Select(c => c.Id)]);
        Check(all, Few);
    }

    private static void Check(IMbMixPlugin[] plugins, string[]? environments)
    {
        var sessions = HostRuns.Sessions(plugins);
        Assert.Empty(sessions.Catalog.Problems);
        string[] robot = ["env.file=" + Path.Combine(Shell.Root, "samples", "robots", "quadruped.xml")];
        var settings = new TripleSettings
        {
            Environments = environments,
            Needed = new Dictionary<string, IReadOnlyList<string>>
            {
                ["mujoco/robot-v1"] = robot,
                ["native/robot-v1"] = robot,
            },
        };
        var (findings, fitting, others) = TripleCheck.Run(sessions, plugins, settings);
        Certify.Sound(findings);
        Assert.True(fitting >= 10 && others >= 10, $"{fitting} fit together, {others} did not");
    }

    [Fact]
    public void An_algorithm_that_needs_more_than_it_says_is_found()
    {
        var honest = new PluginCatalog([new TestPlugin()], []).Algorithm("ascent");
        var boaster = new HostStubPlugin(registry => registry.AddAlgorithm<AscentOptions>(
            "test/boaster-v1",
            "Says that it can do without a model.",
            _ => new AlgorithmNeeds(Gradients: true, ModelUse.Optional, PredictiveEnv: false),
            (options, context) => context.Model is null
                ? throw new InvalidOperationException("there is no model")
                : honest.Create(options, context)));
        IMbMixPlugin[] plugins = [new TestPlugin(), boaster];
        var (findings, _, others) = TripleCheck.Run(HostRuns.Sessions(plugins), plugins);
        Certify.Bites(findings, "test/point-v1, none, test/boaster-v1: training: MbMixException 'test/boaster-v1");
        Certify.Bites(findings, "there is no model");
        Assert.All(findings, finding => Assert.Contains("none, test/boaster-v1", finding.Subject));
        Assert.True(others > 0);
    }

    [Fact]
    public void A_triple_that_was_to_be_refused_or_to_train_is_found()
    {
        var sessions = HostRuns.Sessions();
        Certify.Sound(Found(HostRuns.Request, fits: true));
        Certify.Bites(Found(HostRuns.Request, fits: false), "a session came; expected to be refused in one line");
        var blind = HostRuns.Request with { Environment = "blind-point" };
        Certify.Sound(Found(blind, fits: false));
        Certify.Bites(Found(blind, fits: true), "expected iterations with steps");

        IReadOnlyList<Finding> Found(TrainingRequest request, bool fits) =>
            TripleCheck.Try(sessions, request, fits) is { } finding ? [finding] : [];
    }

    private static HostStubPlugin OpaqueEnvironment()
    {
        var point = new PluginCatalog([new TestPlugin()], []).Environment("point");
        return new HostStubPlugin(registry => registry.AddEnvironment<PointOptions>(
            Opaque,
            "A point whose rewards are its own secret.",
            (options, context) => new HostOpaqueEnv(point.Create(options, context), Opaque)));
    }
}
