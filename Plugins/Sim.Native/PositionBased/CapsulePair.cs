namespace MbMix.Sim.Native;

/// <summary>Two capsules that cannot pass each other.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="OneWay">Whether the second one counts as motionless and is not moved.</param>
internal sealed record CapsulePair(Capsule First, Capsule Second, bool OneWay = false);
