namespace MbMix.Search;

/// <summary>Creates samplers.</summary>
internal static class Samplers
{
    public static ISampler Create(SamplerKind kind, Space space, long seed, int startup) => kind switch
    {
        SamplerKind.Random => new RandomSampler(space, seed),
        SamplerKind.Sobol => new SobolSampler(space, seed),
        _ => new TpeSampler(space, seed, startup),
    };
}
