namespace MbMix.Algo.MBMIX;

/// <summary>How the weight beta of the model's gradient, relative to the environment's, is found.</summary>
public enum ModelWeighting
{
    /// <summary>
    /// Beta changes linearly from <see cref="MbMixOptions.Beta"/> to <see cref="MbMixOptions.FinalBeta"/>.
    /// </summary>
    Scheduled,

    /// <summary>
    /// Every iteration computes beta from the noise of the environment's gradient and its agreement with the model's.
    /// </summary>
    Measured,
}
