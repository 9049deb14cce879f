namespace MbMix;

/// <summary>Normalization of an observation o, per component: <c>(o - Mean) * Scale</c>.</summary>
/// <param name="Mean">Mean, subtracted first; O values.</param>
/// <param name="Scale">Factor applied after that, one over the standard deviation; O values.</param>
public sealed record PolicyNormalizer(float[] Mean, float[] Scale);
