namespace MbMix.Tests.Support;

[CollectionDefinition(Name)]
public sealed class BuiltPluginsCollection : ICollectionFixture<BuiltPlugins>
{
    public const string Name = "built plugins";
}
