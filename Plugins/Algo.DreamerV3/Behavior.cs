using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>Actor, critic and the slow copy of the critic: dense layers on the features of the world model.</summary>
internal sealed class Behavior : IDisposable
{
    private readonly Stack actor, critic;
    private readonly int actions;

    public Behavior(DreamerV3Options options, int actions, long seed)
    {
        this.actions = actions;
        int features = options.Deter + (options.Latents * options.Classes);
        ParameterList ofActor = new(), ofCritic = new();
        actor = new Stack(
            ofActor, "actor", features, options.Layers, options.Units, 2 * actions, outputScale: 0.01);
        critic = new Stack(
            ofCritic, "critic", features, options.Layers, options.Units, TwoHot.Count, outputScale: 0);
        Actor = ofActor.Build(new CounterRandom(seed, "dreamerv3/actor"));
        Critic = ofCritic.Build(new CounterRandom(seed, "dreamerv3/critic"));
        Slow = ofCritic.Build(new CounterRandom(seed, "dreamerv3/critic"));
    }

    /// <summary>The parameters of the actor.</summary>
    public ParameterSet Actor { get; }

    /// <summary>The parameters of the critic.</summary>
    public ParameterSet Critic { get; }

    /// <summary>The parameters of the slow critic, which follow those of the critic.</summary>
    public ParameterSet Slow { get; }

    /// <summary>Mean and deviation of the actions, <c>[N, A]</c>, with gradients to the actor.</summary>
    public (Tensor Mean, Tensor Deviation) Actions(Tensor features) => Actions(features, Actor.Trainable);

    /// <summary>Mean and deviation of the actions, <c>[N, A]</c>, without gradients to the actor.</summary>
    public (Tensor Mean, Tensor Deviation) FrozenActions(Tensor features) => Actions(features, Actor.Frozen);

    /// <summary>The critic's distribution of returns as logits <c>[N, 255]</c>, with gradients to the critic.</summary>
    public Tensor Values(Tensor features) => critic.Forward(features, Critic.Trainable);

    /// <summary>The critic's distribution of returns as logits <c>[N, 255]</c>, without gradients to it.</summary>
    public Tensor FrozenValues(Tensor features) => critic.Forward(features, Critic.Frozen);

    /// <summary>The slow critic's distribution of returns as logits <c>[N, 255]</c>, without gradients.</summary>
    public Tensor SlowValues(Tensor features)
    {
        using var noGrad = torch.no_grad();
        return critic.Forward(features.detach(), Slow.Frozen);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Actor.Dispose();
        Critic.Dispose();
        Slow.Dispose();
    }

    private (Tensor Mean, Tensor Deviation) Actions(Tensor features, ReadOnlySpan<Tensor> p)
    {
        var raw = actor.Forward(features, p);
        return (raw.narrow(1, 0, actions).tanh(), Formulas.Deviation(raw.narrow(1, actions, actions)));
    }
}
