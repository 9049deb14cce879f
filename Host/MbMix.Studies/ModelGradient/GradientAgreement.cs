namespace MbMix.Studies.ModelGradient;

/// <summary>
/// Agreement of a policy gradient through a model with the exact one, for one window length.
/// </summary>
internal sealed record GradientAgreement(
    string Environment, long Seed, int Iteration, double Return, string Variant, double HeldOutError, int Horizon,
    double Cosine, double NormRatio, double Repeatability);
