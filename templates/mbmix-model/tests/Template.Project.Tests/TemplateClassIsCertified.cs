using MbMix;
using MbMix.TestKit.Xunit;

namespace Template.Project.Tests;

/// <summary>What every dynamics model promises, one test per check; <c>mbmix certify</c> runs the same.</summary>
[Collection(Host.Collection)]
public sealed class TemplateClassIsCertified(Host host) : ModelCertification, IClassFixture<Host>
{
    /// <inheritdoc/>
    protected override string Id => TemplateClass.Id;

    /// <inheritdoc/>
    protected override IDynamicsModel Create(ModelContext context) =>
        new TemplateClass(new TemplateClassOptions(), context);

    /// <inheritdoc/>
    protected override IDifferentiableEnv CreateEnvironment() => host.CreateEnvironment("stub/linear-quadratic-v1");
}
