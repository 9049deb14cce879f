namespace MbMix.Simulation;

/// <summary>Makes environments from traced equations.</summary>
public static class TracedEnv
{
    /// <summary>
    /// Traces and compiles an environment. The result also implements <see cref="IJacobianEnv"/>,
    /// <see cref="IFaultExplainer"/> and <see cref="IMeteredEnv"/>.
    /// </summary>
    /// <param name="environment">The equations.</param>
    /// <param name="options">How to execute them.</param>
    /// <param name="context">What the host provides.</param>
    public static IPredictiveEnv Create(ITracedEnvironment environment, TracedEnvOptions options, EnvContext context)
    {
        var kernels = new KernelOptions { Width = options.Width };
        if (options.Interpret) kernels = kernels with { Interpret = true };
        return options.Precision == Precision.Single
            ? new TracedEnv<float>(environment, kernels, context.Workers)
            : new TracedEnv<double>(environment, kernels, context.Workers);
    }
}
