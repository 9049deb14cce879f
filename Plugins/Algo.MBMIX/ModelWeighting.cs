namespace MbMix.Algo.MBMIX;

/// <summary>How the weight beta of the model's gradient beside the environment's is found.</summary>
public enum ModelWeighting
{
    /// <summary>From <see cref="MbMixOptions.Beta"/> to <see cref="MbMixOptions.FinalBeta"/>.</summary>
    Scheduled,

    /// <summary>In every iteration from the noise of the environment's gradient and from how well the model's agrees with it.</summary>
    Measured,
}
