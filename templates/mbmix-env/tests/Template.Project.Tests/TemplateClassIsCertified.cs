using MbMix;
using MbMix.Differentiation;
using MbMix.Simulation;
using MbMix.TestKit.Xunit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Template.Project.Tests;

/// <summary>What every environment promises, one test per check; <c>mbmix certify</c> runs the same.</summary>
public sealed class TemplateClassIsCertified : EnvironmentCertification
{
    /// <inheritdoc/>
    protected override string Id => TemplateClass.Id;

    /// <inheritdoc/>
    protected override Func<IWorkers, IDifferentiableEnv> CreateDouble => workers => Make(workers, Precision.Double);

    /// <inheritdoc/>
    protected override IDifferentiableEnv Create(IWorkers workers) => Make(workers, Precision.Single);

    private static IPredictiveEnv Make(IWorkers workers, Precision precision)
    {
        var options = new TemplateClassOptions { Precision = precision };
        var context = new EnvContext { Workers = workers, Logger = NullLogger.Instance };
        return TracedEnv.Create(new TemplateClass(options), options, context);
    }
}
