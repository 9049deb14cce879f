using MbMix.Hosting;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Settings with which an update is empty, or that contradict each other, are refused or warned of.</summary>
public sealed class SettingsThatTeachNothing
{
    private static readonly TrainingSessions Sessions = HostRuns.Sessions(BundledPlugins.All());

    [Theory]
    [InlineData("shac", "maxGradientNorm=0", "algo.maxGradientNorm = 0", "Infinity switches clipping off")]
    [InlineData("mbmix", "maxGradientNorm=0", "algo.maxGradientNorm = 0", "Infinity switches clipping off")]
    [InlineData("ppo", "maxGradientNorm=0", "algo.maxGradientNorm = 0", "Infinity switches clipping off")]
    [InlineData("mbmix", "maxDerivativeNorm=0", "algo.maxDerivativeNorm = 0", "Infinity switches scaling off")]
    [InlineData("shac", "actorLearningRate=0", "actorLearningRate=0 would rise to finalLearningRate=1E-05")]
    [InlineData("mbmix", "criticLearningRate=1e-6", "criticLearningRate=1E-06 would rise to finalLearningRate=1E-05")]
    [InlineData("shac", "rewardScale=0", "algo.rewardScale = 0", "with 0 nothing is learned")]
    [InlineData("ppo", "rewardScale=0", "algo.rewardScale = 0", "with 0 nothing is learned")]
    [InlineData("shac", "targetKeep=1", "algo.targetKeep = 1", "with 1 the target never moves")]
    [InlineData("ppo", "clip=0", "algo.clip = 0", "with 0 nothing is learned")]
    [InlineData("ppo", "learningRate=0", "learningRate=0 is not between minLearningRate=1E-06 and maxLearningRate=0.01")]
    [InlineData("ppo", "minLearningRate=0.1", "learningRate=0.0003 is not between minLearningRate=0.1")]
    [InlineData("shac", "environments=1000000;horizon=100000", "environments=1000000 times horizon=100000 is too large")]
    [InlineData("ppo", "environments=1000000;horizon=100000", "environments=1000000 times horizon=100000 is too large")]
    [InlineData("mbmix", "modelRollouts=65536;modelHorizon=4096;environments=8", "")]
    [InlineData("ppo", "environments=1;horizon=1", "environments=1 and horizon=1 give a single step per iteration, whose standardized advantage is always 0")]
    public void Are_refused(string algorithm, string settings, params string[] expected)
    {
        string[] all = [.. settings.Split(';').Select(s => "algo." + s)];
        var request = new TrainingRequest { Environment = "cartpole-swingup", Algorithm = algorithm, Settings = all };
        if (expected is [""])
        {
            Sessions.Resolve(request);
            return;
        }
        var e = Assert.Throws<ConfigurationException>(() => Sessions.Resolve(request));
        Assert.All(expected, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mbmix", "algo.replayCapacity=100", "algo.replayCapacity=100 is below the 4000 transitions")]
    [InlineData("mbmix", "algo.modelUpdates=0;algo.modelWarmup=0", "would never be trained")]
    [InlineData("shac", "algo.actorHidden=[20000,20000]", "algo.actorHidden: a network of 4e+8 weights is too large")]
    [InlineData("ppo", "algo.hidden=[65536,65536]", "algo.hidden: a network of 4.3e+9 weights is too large")]
    [InlineData("mbmix", "model.hidden=[20000,20000]", "model.hidden: a network of 4e+8 weights is too large")]
    [InlineData("shac", "algo.environments=1000000;algo.horizon=2000", "algo.environments=1000000, algo.horizon=2000: this takes about 4")]
    [InlineData("apg", "algo.environments=1000000;algo.horizon=2000", "algo.environments=1000000, algo.horizon=2000: this takes about")]
    [InlineData("ppo", "algo.environments=1000000;algo.horizon=2000", "algo.environments=1000000, algo.horizon=2000, algo.minibatchSize=1920: this takes about")]
    [InlineData("mbmix", "algo.modelRollouts=65536;algo.modelHorizon=4096", "algo.modelRollouts=65536, algo.modelHorizon=4096, algo.replayCapacity=1000000: this takes about")]
    public void Are_refused_before_anything_is_allocated(string algorithm, string settings, string expected)
    {
        var request = new TrainingRequest { Environment = "cartpole-swingup", Algorithm = algorithm, Settings = settings.Split(';') };
        var e = Assert.Throws<ConfigurationException>(() => Sessions.Create(request).Dispose());
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.True(e.Message.Length <= 300, e.Message);
    }

    [Theory]
    [InlineData("shac", "algo.actorLearningRate=0;algo.finalLearningRate=0", "actorLearningRate is 0: the policy stays as it is.")]
    [InlineData("shac", "algo.criticLearningRate=0;algo.finalLearningRate=0", "criticLearningRate is 0: the critic stays as it is.")]
    [InlineData("apg", "algo.actorLearningRate=0;algo.finalLearningRate=0", "actorLearningRate is 0: the policy stays as it is.")]
    [InlineData("ppo", "algo.learningRate=0;algo.targetKl=0", "learningRate is 0: the policy stays as it is.")]
    [InlineData("ppo", "algo.valueCoefficient=0", "valueCoefficient is 0: no values are learned.")]
    [InlineData("mbmix", "algo.beta=0;algo.imaginedUpdates=0", "beta and finalBeta are 0: the model has no influence.")]
    [InlineData("mbmix", "run.budget=4000", "The budget of 4000 steps ends before mbmix/sobolev-mlp-v1 has the 4000 transitions")]
    public void Are_warned_of(string algorithm, string settings, string expected)
    {
        using var folder = new HostFolder();
        var observer = new HostObserver();
        var request = new TrainingRequest { Environment = "cartpole-swingup", Algorithm = algorithm, Settings = settings.Split(';') };
        HostRuns.Start(folder["a"], request, observer, Sessions).Dispose();
        Assert.Contains(observer.Notices, n => n.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("shac", "algo.maxGradientNorm=Infinity")]
    [InlineData("mbmix", "algo.maxGradientNorm=Infinity;algo.maxDerivativeNorm=Infinity;model.maxGradientNorm=Infinity")]
    [InlineData("ppo", "algo.maxGradientNorm=Infinity")]
    [InlineData("shac", "algo.actorLearningRate=1e-5")]
    [InlineData("ppo", "algo.environments=1;algo.horizon=2")]
    public void Switched_off_in_words_they_train(string algorithm, string settings)
    {
        var request = new TrainingRequest
        {
            Environment = "cartpole-swingup",
            Algorithm = algorithm,
            Settings = ["algo.environments=4", "algo.horizon=4", .. algorithm == "mbmix" ? ["model.minimumTransitions=10", "algo.modelWarmup=2"] : Array.Empty<string>(), .. settings.Split(';')],
        };
        using var session = Sessions.Create(request);
        for (int i = 0; i < 3; i++)
        {
            var report = session.Iterate();
            if (!settings.Contains("Infinity", StringComparison.Ordinal)) continue;
            Assert.DoesNotContain(report.Metrics, m => m.Name is "gradient/actor-clipped" or "gradient/clipped" && m.Value > 0);
        }
        Assert.True(double.IsFinite(session.Evaluate(2).Mean));
    }
}
