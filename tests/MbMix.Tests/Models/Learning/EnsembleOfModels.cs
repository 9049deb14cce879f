using MbMix.Learning;
using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Learning;

/// <summary>Several networks as one model: trained in turn, rolled out by turns.</summary>
public sealed class EnsembleOfModels
{
    private const int Members = 3;

    [Fact]
    public void Each_fit_trains_the_next_member_and_no_other()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = Ensemble(env);
        var (state, action, batch) = Data(env);

        // the first fits also move the whitening, which all members share
        for (int i = 0; i < 16; i++) model.Fit(batch);
        for (int i = 16; i < 16 + (2 * Members) - 1; i++)
        {
            float[][] before = Predictions(model, state, action);
            model.Fit(batch);
            // every sixteenth fit looks at the data again
            if (i % 16 == 0) continue;
            float[][] after = Predictions(model, state, action);
            for (int k = 0; k < Members; k++) Assert.Equal(k == i % Members, !before[k].SequenceEqual(after[k]));
        }
    }

    [Fact]
    public void The_prediction_is_the_mean_of_the_members()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = Ensemble(env);
        var (state, action, batch) = Data(env);
        for (int i = 0; i < 6; i++) model.Fit(batch);
        float[][] members = Predictions(model, state, action);
        float[] mean = model.Predict(state, action).Values<float>().ToArray();
        for (int i = 0; i < mean.Length; i++) Assert.Equal(members.Average(m => m[i]), mean[i], 1e-4);
        Assert.NotEqual(members[0], members[1]);
    }

    [Fact]
    public void One_member_is_the_model_of_before()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using SobolevMlp one = Ensemble(env, 1), many = Ensemble(env);
        var (state, action, batch) = Data(env);
        Assert.Equal(Predictions(one, state, action)[0], Predictions(many, state, action)[0]);
        Assert.Equal(
            one.Predict(state, action).Values<float>().ToArray(), one.Predict(state, action, 0).Values<float>().ToArray());
        Assert.Equal(one.Fit(batch), many.Fit(batch));
    }

    [Fact]
    public void A_rollout_follows_members_at_random_as_often_as_each_other()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = Ensemble(env);
        var (state, action, _) = Data(env);
        var learner = new ModelLearner(model, env, new ModelLearnerSettings(1, 1, 8, 64, 1000), 1000, 0);
        float[][] members = Predictions(model, state, action);
        const int Steps = 300;
        int[] Followed(long draw)
        {
            var dynamics = learner.Dynamics(Steps, new CounterRandom(1, "members"), draw);
            var followed = new int[Steps];
            for (int t = 0; t < Steps; t++)
            {
                float[] prediction = dynamics(state, action).Values<float>().ToArray();
                followed[t] = Array.FindIndex(members, m => m.SequenceEqual(prediction));
            }
            return followed;
        }
        int[] first = Followed(0);
        for (int k = 0; k < Members; k++) Assert.InRange(first.Count(m => m == k), 70, 130);
        Assert.Equal(first, Followed(0));
        Assert.NotEqual(first, Followed(1));
        Assert.Equal(3 * Steps * state.size(0), learner.Steps);
    }

    private static SobolevMlp Ensemble(IDifferentiableEnv env, int members = Members) =>
        new(new SobolevMlpOptions { Hidden = [16], Members = members }, Training.ModelContext(env));

    private static float[][] Predictions(SobolevMlp model, torch.Tensor state, torch.Tensor action) =>
        [.. Enumerable.Range(0, model.Members).Select(k => model.Predict(state, action, k).Values<float>().ToArray())];

    private static (torch.Tensor State, torch.Tensor Action, TransitionBatch Batch) Data(IDifferentiableEnv env)
    {
        var state = env.Reset([.. Enumerable.Range(0, 32).Select(lane => new LaneKey(1, lane, 0))]);
        var action = (new CounterRandom(3, "actions").UniformTensor(0, 32, env.Spec.Action.Size) * 2) - 1;
        var directions = new CounterRandom(3, "directions").NormalTensor(0, 32, 1, env.Chart.TangentSize);
        var (ofState, ofAction) = ((IJacobianEnv)env).Pullback(state, action, directions);
        using var quiet = torch.no_grad();
        return (state, action, new TransitionBatch(state, action, env.Step(state, action).NextState, directions, ofState, ofAction));
    }
}
