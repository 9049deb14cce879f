namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// The formulas of one task: start state, controls, observation, reward and termination. They are pure functions of
/// their arguments, so that perturbed steps can be compared with each other, and several threads call them at once.
/// </summary>
public interface IMuJoCoTask
{
    /// <summary>Everything about the task that is not a formula.</summary>
    TaskTraits Traits { get; }

    /// <summary>Perturbs the model's start state at random, in place.</summary>
    /// <param name="noise">Random numbers of the episode.</param>
    /// <param name="start">On entry the model's start state.</param>
    void Reset(MuJoCoStartNoise noise, StartState start);

    /// <summary>Turns an action into the controls of a step; by default the action is the controls.</summary>
    /// <param name="action">The action, within its bounds [A].</param>
    /// <param name="controls">Receives the controls, one per actuator [nu].</param>
    void Controls(ReadOnlySpan<double> action, Span<double> controls) => action.CopyTo(controls);

    /// <summary>
    /// Reads the carried quantities (<see cref="TaskTraits.Carried"/>) from the simulation: after a control step or, at
    /// the start of an episode, after <c>mj_forward</c>.
    /// </summary>
    /// <param name="data">The simulation.</param>
    /// <param name="carried">Receives the quantities.</param>
    void Carry(MjData data, Span<double> carried)
    {
    }

    /// <summary>Writes the observation, in the order of <see cref="TaskTraits.Observation"/>.</summary>
    /// <param name="snapshot">What the task sees.</param>
    /// <param name="observation">Receives the observation [O].</param>
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
