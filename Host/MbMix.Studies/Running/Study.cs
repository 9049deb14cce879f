namespace MbMix.Studies;

/// <summary>A named measurement, which answers one question and writes tables and figures into a folder.</summary>
/// <param name="Name">Name of the study on the command line.</param>
/// <param name="Description">Description in one line.</param>
/// <param name="OptionsType">Type of the study's options.</param>
/// <param name="Run">Performs the measurement.</param>
public sealed record Study(string Name, string Description, Type OptionsType, Action<StudyContext> Run)
{
    /// <summary>The sections beside <c>study</c> whose settings the study uses: <c>env</c>, <c>model</c>.</summary>
    public IReadOnlyList<string> Sections { get; init; } = [];

    /// <summary>Runs the study.</summary>
    /// <param name="sessions">Creates the environments and models.</param>
    /// <param name="settings">Settings: <c>study.key=value</c>, <c>env.key=value</c> or <c>model.key=value</c>.</param>
    /// <param name="folder">Path of the folder that receives tables, figures and the options.</param>
    /// <param name="say">Receives lines about progress.</param>
    /// <exception cref="ConfigurationException">A setting is not valid.</exception>
    public void Execute(TrainingSessions sessions, IReadOnlyList<string> settings, string folder, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        Run(StudyContext.Create(this, sessions, settings, folder, say));
    }
}
