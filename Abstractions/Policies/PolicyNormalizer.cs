namespace MbMix;

/// <summary>Normalization of each component of an observation o: <c>(o - Mean) * Scale</c>.</summary>
/// <param name="Mean">Mean of each component, O values.</param>
/// <param name="Scale">One over the standard deviation of each component, O values.</param>
public sealed record PolicyNormalizer(float[] Mean, float[] Scale);
