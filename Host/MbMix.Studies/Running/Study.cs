namespace MbMix.Studies;

/// <summary>A measurement with a name: writes tables and figures of one question into a folder.</summary>
/// <param name="Name">Name.</param>
/// <param name="Description">One line about it.</param>
/// <param name="OptionsType">Its options.</param>
/// <param name="Run">Does it.</param>
public sealed record Study(string Name, string Description, Type OptionsType, Action<StudyContext> Run)
{
    /// <summary>Runs the study.</summary>
    /// <param name="sessions">Where environments and models come from.</param>
    /// <param name="settings">Settings, <c>study.key=value</c>, <c>env.key=value</c>, <c>model.key=value</c>.</param>
    /// <param name="folder">Receives tables, figures and the options.</param>
    /// <param name="say">Told how it gets on.</param>
    /// <exception cref="ConfigurationException">A setting is wrong.</exception>
    public void Execute(TrainingSessions sessions, IReadOnlyList<string> settings, string folder, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Run(StudyContext.Create(this, sessions, settings, folder, say));
    }
}
