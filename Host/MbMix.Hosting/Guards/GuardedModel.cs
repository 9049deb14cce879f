using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A dynamics model of a plugin, with checks of everything that it returns.</summary>
/// <param name="inner">The plugin's model, whose description is sound.</param>
/// <param name="boundary">Names it in messages.</param>
/// <param name="env">Description of the environment.</param>
/// <param name="logger">Receives warnings.</param>
internal class GuardedModel(IDynamicsModel inner, Boundary boundary, EnvSpec env, ILogger logger)
    : IDynamicsModel
{
    // a few, because comparing costs a copy of the batch
    private const int ComparedFits = 3;

    private bool warned;
    private int fits;

    /// <inheritdoc/>
    public ModelSpec Spec { get; } = inner.Spec;

    /// <inheritdoc/>
    public Tensor Predict(Tensor state, Tensor action) =>
        Check("Predict", state, action, () => inner.Predict(state, action));

    /// <summary>Names the model in messages.</summary>
    protected Boundary Boundary => boundary;

    /// <summary>Wraps a model, as one of several members or one of distributions if it is that.</summary>
    public static GuardedModel Wrap(IDynamicsModel inner, Boundary boundary, EnvSpec env, ILogger logger) =>
        inner switch
        {
            IProbabilisticModel probabilistic => new GuardedProbabilisticModel(probabilistic, boundary, env, logger),
            IEnsembleModel ensemble => new GuardedEnsembleModel(ensemble, boundary, env, logger),
            _ => new GuardedModel(inner, boundary, env, logger),
        };

    /// <summary>Predicts, and checks the prediction.</summary>
    protected Tensor Check(string member, Tensor state, Tensor action, Func<Tensor> predict)
    {
        var next = Call(member, predict);
        string what = $"result of {member}";
        boundary.Require(what, next, env.StateType, state.size(0), env.State.Size);
        bool wanted = torch.is_grad_enabled() && (state.requires_grad || action.requires_grad);
        if (!wanted && next.requires_grad)
            throw boundary.Wrong(what, "a gradient history", "none, because neither state nor action has one");
        if (ReferenceEquals(next, state))
            throw boundary.Wrong(what, "the state that was given", "a tensor that the caller owns");
        // a model that does not learn may ignore the action
        if (wanted && !next.requires_grad && (state.requires_grad || Spec.Learned))
            throw boundary.Wrong(what, "no gradient history", "one to state and action");
        if (!warned && !next.AllFinite() && state.AllFinite() && action.AllFinite())
            Warn(what, "a number that is not finite", "finite numbers for a finite state and action");
        return next;
    }

    /// <inheritdoc/>
    public FitReport Fit(TransitionBatch batch)
    {
        var report = Unchanged("Fit", batch, () => inner.Fit(batch));
        WarnUnlessFinite("Fit", "loss", report.Loss);
        return report;
    }

    /// <inheritdoc/>
    public FitReport Fit(TransitionBatch batch, int steps)
    {
        var report = Unchanged("Fit", batch, () => inner.Fit(batch, steps));
        WarnUnlessFinite("Fit", "loss", report.Loss);
        return report;
    }

    /// <summary>Trains, and warns of a batch that has changed.</summary>
    protected T Unchanged<T>(
        string member, TransitionBatch batch, Func<T> train, CancellationToken cancellationToken = default)
    {
        using var before = fits < ComparedFits ? new BatchCopy(batch) : null;
        var report = Call(member, train, cancellationToken);
        if (before?.FindChange() is { } changed)
        {
            fits = ComparedFits;
            boundary.Warn(logger, member, $"a changed {changed}", "a batch as it was, because the caller owns it");
        }
        fits++;
        return report;
    }

    /// <summary>Warns, once, of a result of training that is not finite.</summary>
    protected void WarnUnlessFinite(string member, string quantity, double value)
    {
        if (!warned && !double.IsFinite(value))
            Warn($"result of {member}", $"a {quantity} of {TensorChecks.Text(value)}", "a finite number");
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => boundary.Save(inner, writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => boundary.Load(inner, reader);

    /// <inheritdoc/>
    public void Dispose() => boundary.Dispose(inner);

    // learning may go wrong without a mistake of the author, so this is no exception
    private void Warn(string what, string came, string expected)
    {
        warned = true;
        boundary.Warn(logger, what, came, expected);
    }

    private T Call<T>(string member, Func<T> call, CancellationToken cancellationToken = default)
    {
        bool recording = torch.is_grad_enabled();
        try
        {
            var result = call();
            boundary.RequireMode(member, recording);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (Boundary.IsNameless(e))
        {
            throw boundary.Threw(member, e);
        }
    }
}
