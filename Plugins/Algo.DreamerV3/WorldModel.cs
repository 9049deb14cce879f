using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The world model: an encoder of observations, a recurrent state-space model whose state consists of a deterministic
/// part h and a stochastic part z, and heads that reconstruct observation, reward and continuation from both.
/// </summary>
internal sealed class WorldModel : IDisposable
{
    private readonly DreamerV3Options options;
    private readonly TwoHot code;
    private readonly Stack encoder, prior, posterior, decoder, reward, continuation;

    public WorldModel(DreamerV3Options options, int observations, int actions, TwoHot code, CounterRandom random)
    {
        (this.options, this.code) = (options, code);
        var list = new ParameterList();
        int latents = options.Latents * options.Classes, features = options.Deter + latents;
        encoder = new Stack(list, "encoder", observations, options.Layers, options.Units);
        Core = new RecurrentCore(list, options, actions);
        prior = new Stack(list, "prior", options.Deter, 2, options.Hidden, latents);
        posterior = new Stack(list, "posterior", options.Deter + options.Units, 1, options.Hidden, latents);
        decoder = new Stack(list, "decoder", features, options.Layers, options.Units, observations);
        reward = new Stack(list, "reward", features, 1, options.Units, TwoHot.Count, outputScale: 0);
        continuation = new Stack(list, "continue", features, 1, options.Units, 1);
        Parameters = list.Build(random);
    }

    public ParameterSet Parameters { get; }

    public RecurrentCore Core { get; }

    /// <summary>The discount factor, which is part of the continuation.</summary>
    public double Discount => 1 - (1 / options.DiscountHorizon);

    /// <summary>
    /// One step with an observation: h from the previous state and action, z from h and the observation.
    /// </summary>
    /// <param name="observation">Observation <c>[N, O]</c>.</param>
    /// <param name="h">Previous deterministic state, zero at the start of an episode.</param>
    /// <param name="z">Previous stochastic state, zero at the start of an episode.</param>
    /// <param name="action">Previous action, zero at the start of an episode.</param>
    /// <param name="uniform">Numbers to draw z with; null for the most probable one.</param>
    public (Tensor H, Tensor Z) Follow(Tensor observation, Tensor h, Tensor z, Tensor action, Tensor? uniform)
    {
        var p = Parameters.Frozen;
        h = Core.Step(Core.Arrange(p), h, z, Core.ActionInput(action, p), p);
        (z, _) = Draw(Posterior(h, Encode(observation, p), p), uniform);
        return (h, z);
    }

    /// <summary>Follows replayed sequences, with gradients to the world model.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="uniform">Numbers to draw z with, <c>[T, B, latents]</c>.</param>
    public ModelStates Observe(SequenceBatch batch, Tensor uniform)
    {
        var p = Parameters.Trainable;
        int steps = batch.Steps, rows = batch.Sequences;
        // all that does not depend on the state, over all steps at once
        var encoded = Encode(batch.Flat(batch.Observation), p).view(steps, rows, -1);
        var actions = Core.ActionInput(batch.Flat(batch.PreviousAction), p).view(steps, rows, -1);
        var layer = posterior.Layer(0, p);
        var scan = new ObservationScan(Core, options.Classes, options.Unimix, batch, uniform);
        return scan.Run(
            encoded, actions,
            [.. Core.Scanned(p), layer[0].narrow(1, 0, options.Deter), layer[2], .. posterior.Output(p)]);
    }

    /// <summary>The same with torch operations, step by step.</summary>
    internal ModelStates ObserveStepByStep(SequenceBatch batch, Tensor uniform)
    {
        var p = Parameters.Trainable;
        var weights = Core.Arrange(p);
        Tensor h = torch.zeros(batch.Sequences, options.Deter);
        Tensor z = torch.zeros(batch.Sequences, options.Latents * options.Classes);
        Tensor[] hs = new Tensor[batch.Steps], zs = new Tensor[batch.Steps], qs = new Tensor[batch.Steps];
        for (int t = 0; t < batch.Steps; t++)
        {
            if (t > 0 && batch.AnyFirst(t)) (h, z) = (h * batch.Keep(t), z * batch.Keep(t));
            h = Core.Step(weights, h, z, Core.ActionInput(batch.PreviousAction[t], p), p);
            (z, var q) = Draw(Posterior(h, Encode(batch.Observation[t], p), p), uniform[t]);
            (hs[t], zs[t], qs[t]) = (h, z, q);
        }
        return new ModelStates(torch.cat(hs), torch.cat(zs), torch.cat(qs));
    }

    /// <summary>The losses of the world model on replayed sequences, each averaged over all steps.</summary>
    public ModelLosses Losses(SequenceBatch batch, ModelStates states)
    {
        var p = Parameters.Trainable;
        var features = torch.cat([states.H, states.Z], 1);
        var target = Formulas.Symlog(batch.Flat(batch.Observation));
        var reconstruction = (decoder.Forward(features, p) - target).square().sum(1).mean();
        var rewards = code.Loss(reward.Forward(features, p), batch.Reward.flatten()).mean();
        var goes = (1 - batch.Terminal.flatten()) * Discount;
        var logits = continuation.Forward(features, p).squeeze(1);
        var continues = torch.nn.functional.binary_cross_entropy_with_logits(logits, goes);
        var guess = Formulas.Unimix(prior.Forward(states.H, p), options.Classes, options.Unimix);
        var dynamics = Formulas.Divergence(states.Q.detach(), guess);
        var representation = Formulas.Divergence(states.Q, guess.detach());
        return new ModelLosses(
            reconstruction, rewards, continues, Formulas.Free(dynamics, options.FreeBits).mean(),
            Formulas.Free(representation, options.FreeBits).mean());
    }

    /// <summary>Imagines one step, without gradients.</summary>
    /// <param name="weights">Arranged weights.</param>
    /// <param name="h">Deterministic state <c>[N, deter]</c>.</param>
    /// <param name="z">Stochastic state <c>[N, latents classes]</c>.</param>
    /// <param name="action">Action <c>[N, A]</c>.</param>
    /// <param name="uniform">Numbers to draw z with, <c>[N, latents]</c>.</param>
    public (Tensor H, Tensor Z) Imagine(
        RecurrentCore.Weights weights, Tensor h, Tensor z, Tensor action, Tensor uniform)
    {
        var p = Parameters.Frozen;
        h = Core.Step(weights, h, z, Core.ActionInput(action, p), p);
        (z, _) = Draw(prior.Forward(h, p), uniform);
        return (h, z);
    }

    /// <summary>The expected reward, which came with a state, and the probability that it continues.</summary>
    /// <param name="features">Features <c>[N, deter + latents classes]</c>.</param>
    /// <returns>Two tensors <c>[N]</c> without gradients.</returns>
    public (Tensor Reward, Tensor Continue) Predict(Tensor features)
    {
        var p = Parameters.Frozen;
        return (
            code.Mean(reward.Forward(features, p)), continuation.Forward(features, p).squeeze(1).sigmoid());
    }

    /// <summary>The reconstruction of observations in symlog space, <c>[N, O]</c>.</summary>
    internal Tensor Decode(Tensor features) => decoder.Forward(features, Parameters.Frozen);

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();

    // the part of the posterior's first layer that an observation decides alone
    private Tensor Encode(Tensor observation, ReadOnlySpan<Tensor> p) =>
        posterior.AddBias(posterior.Part(encoder.Forward(Formulas.Symlog(observation), p), options.Deter, p), p);

    private Tensor Posterior(Tensor h, Tensor encoded, ReadOnlySpan<Tensor> p) =>
        posterior.Continue(posterior.Part(h, 0, p) + encoded, p);

    private (Tensor Z, Tensor Q) Draw(Tensor logits, Tensor? uniform) =>
        new LatentSample(options.Classes, options.Unimix, uniform).Draw(logits);
}
