namespace MbMix.Learning;

/// <summary>Makes environments from traced equations.</summary>
public static class TracedEnv
{
    /// <summary>Traces and compiles an environment. The result is also an <see cref="IJacobianEnv"/>, <see cref="IFaultExplainer"/> and <see cref="IMeteredEnv"/>.</summary>
    /// <param name="environment">The equations.</param>
    /// <param name="options">How to execute them.</param>
    /// <param name="context">What the host gives.</param>
    /// <exception cref="MbMixException">Description and layout disagree.</exception>
    public static IPredictiveEnv Create(ITracedEnvironment environment, TracedEnvOptions options, EnvContext context)
    {
        var (spec, layout) = (environment.Spec, environment.Layout);
        foreach (var (what, described, laidOut) in new[]
        {
            ("state", spec.State.Size, layout.StateSize),
            ("observation", spec.Observation.Size, layout.ObservationSize),
            ("action", spec.Action.Size, layout.ActionSize),
        })
        {
            if (described != laidOut)
                throw new MbMixException($"{spec.Id}: the description names {described} {what} components, the layout has {laidOut}; make them agree.");
        }
        var kernels = new KernelOptions { Width = options.Width };
        if (options.Interpret) kernels = kernels with { Interpret = true };
        return options.Precision == Precision.Single
            ? new TracedEnv<float>(environment, kernels, context.Workers)
            : new TracedEnv<double>(environment, kernels, context.Workers);
    }
}
