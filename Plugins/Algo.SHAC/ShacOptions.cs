using MbMix.Learning;

namespace MbMix.Algo.SHAC;

/// <summary>Settings of SHAC: those of every short-horizon actor-critic algorithm.</summary>
public sealed class ShacOptions : ActorCriticOptions;
