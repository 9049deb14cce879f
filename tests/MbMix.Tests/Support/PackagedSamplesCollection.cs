namespace MbMix.Tests.Support;

[CollectionDefinition(Name)]
public sealed class PackagedSamplesCollection : ICollectionFixture<PackagedSamples>
{
    public const string Name = "samples built from packages";
}
