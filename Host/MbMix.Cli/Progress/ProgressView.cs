using MbMix.Hosting;
using Spectre.Console;

namespace MbMix.Cli.Progress;

/// <summary>Shows a run to a person.</summary>
internal abstract class ProgressView : ITrainingObserver
{
    /// <summary>A live view on a terminal, plain lines anywhere else.</summary>
    public static ProgressView Create() => Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi ? new PlainProgress() : new LiveProgress();

    /// <summary>Shows what happens while <paramref name="run"/> runs.</summary>
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
