using MbMix.Hosting;
using Spectre.Console;

namespace MbMix.Cli.Progress;

/// <summary>Shows the progress of a run.</summary>
internal abstract class ProgressView : ITrainingObserver
{
    /// <summary>Creates a live view at a terminal, or plain lines otherwise.</summary>
    /// <param name="quiet">Whether only warnings are shown.</param>
    public static ProgressView Create(bool quiet) =>
        quiet ? new QuietProgress()
        : Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? new PlainProgress()
        : new LiveProgress();

    /// <summary>Executes <paramref name="run"/> and shows its progress.</summary>
    public abstract EvaluationResult? Watch(Func<EvaluationResult?> run);

    /// <inheritdoc/>
    public abstract void Started(TrainingRun run);

    /// <inheritdoc/>
    public abstract void Iterated(IterationRecord record);

    /// <inheritdoc/>
    public abstract void Evaluated(EvaluationRecord record);

    /// <inheritdoc/>
    public virtual void Notice(string line) => Terminal.Warning(line);
}
