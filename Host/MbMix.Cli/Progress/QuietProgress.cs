using MbMix.Hosting;

namespace MbMix.Cli.Progress;

/// <summary>Shows nothing but warnings.</summary>
internal sealed class QuietProgress : ProgressView
{
    /// <inheritdoc/>
    public override EvaluationResult? Watch(Func<EvaluationResult?> run) => run();

    /// <inheritdoc/>
    public override void Started(TrainingRun run)
    {
    }

    /// <inheritdoc/>
    public override void Iterated(IterationRecord record)
    {
    }

    /// <inheritdoc/>
    public override void Evaluated(EvaluationRecord record)
    {
    }
}
