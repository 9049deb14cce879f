using MbMix;
using MbMix.TestKit.Xunit;

namespace Template.Project.Tests;

/// <summary>What every algorithm promises, one test per check; <c>mbmix certify</c> runs the same.</summary>
[Collection(Host.Collection)]
public sealed class TemplateClassIsCertified(Host host) : AlgorithmCertification, IClassFixture<Host>
{
    /// <inheritdoc/>
    protected override string Id => TemplateClass.Id;

    /// <inheritdoc/>
    protected override IPolicyOptimizer Create(OptimizerContext context) =>
        new TemplateClass(new TemplateClassOptions(), context);

    // a task whose best return is known: nearly 0, because its rewards are costs
    /// <inheritdoc/>
    protected override IDifferentiableEnv CreateEnvironment() => host.CreateEnvironment("stub/linear-quadratic-v1");
}
