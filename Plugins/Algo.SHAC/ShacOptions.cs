using MbMix.Learning;

namespace MbMix.Algo.SHAC;

/// <summary>Settings of SHAC, which are those shared by all short-horizon actor-critic algorithms.</summary>
public sealed class ShacOptions : ActorCriticOptions;
