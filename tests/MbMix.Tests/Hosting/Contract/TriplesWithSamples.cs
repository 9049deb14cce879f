using MbMix.Hosting;
using MbMix.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MbMix.Tests.Contract;

/// <summary>Environments, models and algorithms mix freely, ours with strangers'; what cannot work is refused in one line.</summary>
[Collection(BuiltPluginsCollection.Name)]
public sealed class TriplesWithSamples(BuiltPlugins plugins)
{
    private const string None = "none";

    [Fact]
    public void Every_valid_one_trains_and_every_other_is_refused()
    {
        using var provider = new ServiceCollection().AddMbMix(o =>
        {
            o.PluginFolders.Add(Path.Combine(Shell.Host, "plugins"));
            o.PluginFolders.Add(plugins.Good);
        }).BuildServiceProvider();
        var sessions = provider.GetRequiredService<TrainingSessions>();
        string[] Ids(ComponentKind kind) => [.. sessions.Catalog.Components.Where(c => c.Kind == kind).Select(c => c.Id)];
        Assert.Contains("samples/pendulum-swingup-v1", Ids(ComponentKind.Environment));
        Assert.Contains("samples/random-search-v1", Ids(ComponentKind.Algorithm));

        var wrong = new List<string>();
        // one environment of ours stands for all: EveryTriple goes through them
        foreach (string environment in Ids(ComponentKind.Environment).Where(id => id.StartsWith("samples/", StringComparison.Ordinal) || id == "diffrl/cartpole-swingup-v1"))
        {
            foreach (string model in Ids(ComponentKind.Model).Append(None))
            {
                // those that take thousands of transitions before they learn are EveryTriple's
                foreach (string algorithm in Ids(ComponentKind.Algorithm).Except(["mbmix/maac-v1", "mbmix/loop-v1", "mbmix/dreamerv3-v1"]))
                {
                    bool usesModel = algorithm == "mbmix/mbmix-v1";
                    string[] quick = usesModel ? ["algo.modelWarmup=2", "algo.modelUpdates=2"] : [];
                    if (usesModel && model == "mbmix/ensemble-v1") quick = [.. quick, "model.minimumTransitions=64", "model.hidden=[16]"];
                    Try(environment, model, algorithm, expected: usesModel == (model != None), quick);
                    if (!usesModel) continue;
                    Try(environment, model, algorithm, expected: model == None, [.. quick, "algo.rollouts=env"]);
                    Try(environment, model, algorithm, expected: model != None, [.. quick, "algo.rollouts=model"]);
                }
            }
        }
        Assert.Empty(wrong);

        void Try(string environment, string model, string algorithm, bool expected, params string[] settings)
        {
            string name = string.Join(' ', [environment, model, algorithm, .. settings]);
            var request = new TrainingRequest { Environment = environment, Model = model, Algorithm = algorithm, Settings = settings, Threads = 1 };
            try
            {
                using var session = sessions.Create(request);
                IterationReport? report = null;

                // the learned model needs two windows of transitions before it is used
                for (int i = 0; i < 3; i++) report = session.Iterate();
                if (!expected) wrong.Add($"{name}: was not refused");
                else if (report!.EnvironmentSteps <= 0) wrong.Add($"{name}: took no steps");
                else if ((report.Costs.ModelSteps > 0) != (model != None)) wrong.Add($"{name}: took {report.Costs.ModelSteps} model steps");
            }
            catch (MbMixException e)
            {
                bool oneLine = !e.Message.Contains('\n') && e is ConfigurationException;
                if (expected || !oneLine) wrong.Add($"{name}: {e.GetType().Name}: {e.Message}");
            }
        }
    }
}
