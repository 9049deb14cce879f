namespace MbMix;

/// <summary>Normalizes an observation: <c>(o - Mean) * Scale</c> per component.</summary>
/// <param name="Mean">What is subtracted, O values.</param>
/// <param name="Scale">What is multiplied with then, O values.</param>
public sealed record PolicyNormalizer(float[] Mean, float[] Scale);
