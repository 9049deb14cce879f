using MbMix;
using MbMix.Learning;
using MbMix.Numerics;
using static TorchSharp.torch;

namespace Template.Project;

/// <summary>
/// The simplest algorithm that learns through a simulator. It rolls all environments for a window of H steps and moves
/// the policy along the gradient of the mean reward in the window. What happens after the window does not count, so a
/// task that pays off later than H steps is not learned; a critic at the window's end (SHAC) is the remedy.
/// </summary>
internal sealed class TemplateClass : IPolicyOptimizer
{
    public const string Id = "template-prefix/template-name-v1";

    private readonly TemplateClassOptions options;
    private readonly VectorEnv envs;
    private readonly GaussianActor actor;
    private readonly ActionBounds bounds;
    private readonly ObservationNormalizer normalizer;
    private readonly Adam adam;
    private readonly CounterRandom noise;
    private readonly PhaseClock clock;
    private long iteration;

    public TemplateClass(TemplateClassOptions options, OptimizerContext context)
    {
        var spec = context.Env.Spec;
        this.options = options;
        envs = new VectorEnv(context.Env, options.Environments, context.Seed);
        var network = new Mlp(
            spec.Observation.Size, options.Hidden, spec.Action.Size, Activation.Elu, layerNorm: true);
        actor = new GaussianActor(
            network, initialLogStd: -1, Initialization.Uniform, new CounterRandom(context.Seed, "weights"),
            context.Workers);
        bounds = new ActionBounds(spec.Action);
        normalizer = new ObservationNormalizer(spec.Observation.Size);
        adam = new Adam(actor.Parameters);
        noise = new CounterRandom(context.Seed, "noise");
        clock = new PhaseClock(envs);
        Policy = new GaussianPolicy(actor, normalizer, ActionSquash.Tanh, bounds);
    }

    public IPolicy Policy { get; }

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = NewDisposeScope();
        actor.Parameters.ZeroGradients();

        // roll: the graph connects every action to all later rewards of the window
        var observation = envs.BeginWindow();
        using var statistics = normalizer.Snapshot();
        var window = actor.BeginWindow(
            noise.NormalTensor(iteration, options.Horizon, envs.Lanes, actor.Actions), statistics, bounds);
        var rewards = new Tensor[options.Horizon];
        for (int t = 0; t < options.Horizon; t++)
        {
            normalizer.Update(observation);
            var action = window.Act(t, observation);
            clock.Networks();
            var step = envs.Step(action);
            (rewards[t], observation) = (step.Reward, step.Observation);
            clock.Other();
        }
        envs.EndWindow();
        cancellationToken.ThrowIfCancellationRequested();

        // descend
        var loss = -stack(rewards).mean();
        Backward.Run(loss);
        clock.Networks();
        var update = adam.Step(options.LearningRate, options.MaxGradientNorm);
        clock.Optimizer();
        iteration++;

        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(adam.Steps),
            Metrics =
            [
                new Metric("loss/actor", loss.item<float>()),
                new Metric("gradient/actor", update.GradientNorm),
                new Metric("policy/std", actor.MeanStd),
            ],
            Seconds = clock.Report(),
        };
    }

    // all that the next iteration depends on: a resumed run continues with the same numbers
    public void Save(ICheckpointWriter writer)
    {
        envs.Save(writer.Section("envs"));
        actor.Save(writer.Section("actor"));
        adam.Save(writer.Section("adam"));
        normalizer.Save(writer.Section("normalizer"));
        writer.Write<long>("iteration", [iteration]);
    }

    public void Load(ICheckpointReader reader)
    {
        envs.Load(reader.Section("envs"));
        actor.Load(reader.Section("actor"));
        adam.Load(reader.Section("adam"));
        normalizer.Load(reader.Section("normalizer"));
        iteration = reader.Read<long>("iteration")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        actor.Dispose();
        bounds.Dispose();
    }
}
