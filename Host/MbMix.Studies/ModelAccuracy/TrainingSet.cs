namespace MbMix.Studies.ModelAccuracy;

/// <summary>
/// Transitions with the environment's derivatives along the directions that a model asks for, drawn in minibatches.
/// </summary>
internal sealed class TrainingSet
{
    private readonly TransitionBatch all;
    private readonly long[] usable;

    /// <param name="env">The environment of the trajectories.</param>
    /// <param name="motion">Trajectories to take transitions from.</param>
    /// <param name="spec">Description of the model, with the derivatives that it asks for.</param>
    /// <param name="maxNorm">Norm above which a product is scaled down.</param>
    /// <param name="seed">Seed of the directions.</param>
    public TrainingSet(IDifferentiableEnv env, RandomMotion motion, ModelSpec spec, double maxNorm, long seed)
    {
        var plain = new TransitionBatch(
            torch.cat(motion.States), torch.cat(motion.Actions).to(torch.ScalarType.Float32), torch.cat(motion.Next));
        (all, bool[] fine) =
            spec.Derivatives == DerivativeTargets.None
                ? (plain, motion.Flags.Valid)
                : WithDerivatives(env, plain, motion.Flags.Valid, spec, maxNorm, seed);
        usable = [.. Enumerable.Range(0, fine.Length).Where(i => fine[i]).Select(i => (long)i)];
        if (usable.Length == 0)
            throw new MbMixException(
                "No transition of the random motion can be used: all are invalid or have derivatives that are not "
                + "finite.");
    }

    /// <summary>Draws a minibatch, with replacement.</summary>
    public TransitionBatch Sample(int size, CounterRandom random, long counter)
    {
        var picks = new int[size];
        random.Integers(picks, usable.Length, counter);
        var index = torch.tensor(Array.ConvertAll(picks, p => usable[p]));
        Tensor? Pick(Tensor? rows) => rows?.index_select(0, index);
        return new(
            Pick(all.State)!, Pick(all.Action)!, Pick(all.NextState)!, Pick(all.Directions), Pick(all.StateProducts),
            Pick(all.ActionProducts));
    }

    // uses the same directions as MB-MIX, divided by the spread of the change
    private static (TransitionBatch Batch, bool[] Usable) WithDerivatives(
        IDifferentiableEnv env, TransitionBatch batch, bool[] valid, ModelSpec spec, double maxNorm, long seed)
    {
        using var quiet = torch.no_grad();
        var spread = env.Chart.Difference(batch.State, batch.NextState)
            .to(torch.ScalarType.Float64)
            .std([0L], unbiased: false, keepdim: false);
        var v = TensorSpans.Empty(
            valid.Length, ProbeDirections.Count(spec, env.Chart.TangentSize), env.Chart.TangentSize);
        ProbeDirections.Fill(
            v.Values<float>(), spec.Derivatives, spread.Values<double>(), new CounterRandom(seed, "study/directions"),
            0);
        return TransitionDerivatives.Along(env, batch, valid, v, maxNorm);
    }
}
