using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>The formulas of one task. Pure: what they read is what they are given, so that perturbed steps can be compared.</summary>
internal interface IMuJoCoTask
{
    TaskTraits Traits { get; }

    /// <summary>Displaces the model's start state.</summary>
    /// <param name="noise">Random numbers of the episode.</param>
    /// <param name="qpos">The model's start positions.</param>
    /// <param name="qvel">Zero.</param>
    void Reset(MuJoCoStartNoise noise, Span<double> qpos, Span<double> qvel);

    /// <summary>Reads what the state row carries, after a step or, at the start of an episode, after a forward pass.</summary>
    void Carry(MjData data, Span<double> carried)
    {
    }

    void Observe(in TaskSnapshot snapshot, Span<double> observation);

    (double Reward, bool Terminated) Evaluate(in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after);
}
