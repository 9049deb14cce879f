namespace MbMix.Hosting;

/// <summary>
/// What messages tell a program that embeds MbMix to use. The command puts its own options in the place of these names.
/// </summary>
internal static class ApiTerms
{
    /// <summary>Continues a run.</summary>
    public const string Resume = $"{nameof(TrainingRun)}.{nameof(TrainingRun.Resume)}";

    /// <summary>Reads the configuration that repeats a run.</summary>
    public const string Repeat = $"{nameof(RunFolder)}.{nameof(RunFolder.ReadConfig)}";

    /// <summary>The argument of <see cref="TrainingRun.Resume"/> with which a run goes on with other code.</summary>
    public const string AcceptChanges = "acceptChanges";

    /// <summary>Chooses the dynamics model.</summary>
    public const string Model = $"{nameof(TrainingRequest)}.{nameof(TrainingRequest.Model)}";

    /// <summary>Names folders with plugins.</summary>
    public const string PluginFolders = $"{nameof(MbMixHostOptions)}.{nameof(MbMixHostOptions.PluginFolders)}";

    /// <summary>Leaves plugins out.</summary>
    public const string Without = $"{nameof(MbMixHostOptions)}.{nameof(MbMixHostOptions.Without)}";
}
