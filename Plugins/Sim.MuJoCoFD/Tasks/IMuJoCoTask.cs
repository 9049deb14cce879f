using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// The formulas of one task: start state, observation, reward and termination. They are pure functions of their
/// arguments, so that perturbed steps can be compared with each other.
/// </summary>
internal interface IMuJoCoTask
{
    TaskTraits Traits { get; }

    /// <summary>Perturbs the model's start state at random, in place.</summary>
    /// <param name="noise">Random numbers of the episode.</param>
    /// <param name="qpos">On entry the model's start positions [nq].</param>
    /// <param name="qvel">On entry zero [nv].</param>
    void Reset(MuJoCoStartNoise noise, Span<double> qpos, Span<double> qvel);

    /// <summary>
    /// Reads the carried quantities (<see cref="TaskTraits.Carried"/>) from the simulation: after a control step or, at
    /// the start of an episode, after <c>mj_forward</c>.
    /// </summary>
    void Carry(MjData data, Span<double> carried)
    {
    }

    /// <summary>Writes the observation, in the order of <see cref="TaskTraits.Observation"/>.</summary>
    void Observe(in TaskSnapshot snapshot, Span<double> observation);

    /// <summary>Reward and termination of a control step.</summary>
    /// <param name="before">
    /// What the task sees before the step. It has neither a last action nor a simulation to read.
    /// </param>
    /// <param name="action">The action of the step, within its bounds.</param>
    /// <param name="after">What the task sees after the step.</param>
    (double Reward, bool Terminated) Evaluate(
        in TaskSnapshot before, ReadOnlySpan<double> action, in TaskSnapshot after);
}
