using Microsoft.Extensions.Logging;

namespace MbMix.Hosting;

/// <summary>
/// Looks at an algorithm's metrics for losses that are no longer numbers, and for infinite values. It warns once of
/// each metric.
/// </summary>
/// <remarks>
/// NaN alone means that there is no value in this iteration, which is right for many metrics. So only losses and
/// objectives count: those that were numbers and have stopped being so, for longer than they ever paused before, and
/// losses of which none was ever a number.
/// </remarks>
internal sealed class MetricWatch(Boundary boundary, ILogger logger)
{
    // a loss may be reported now and then only
    private const int Patience = 50;
    private static readonly string[] Losses = ["loss", "objective"];

    private State[]? states;
    private int iterations;
    private bool anyLoss;

    /// <summary>Looks at the metrics of an iteration, whose names are those of the iterations before.</summary>
    public void Look(IReadOnlyList<Metric> metrics)
    {
        states ??= [.. metrics.Select(m => new State(IsLoss(m.Name)))];
        iterations++;
        for (int i = 0; i < metrics.Count; i++) Look(metrics[i], ref states[i]);
        if (anyLoss || iterations != Patience || !Array.Exists(states, s => s.Loss)) return;
        boundary.Warn(logger, "losses of the report", $"NaN in all of the first {Patience} iterations", "numbers");
    }

    private static bool IsLoss(string name) =>
        Array.Exists(Losses, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private void Look(Metric metric, ref State state)
    {
        if (double.IsFinite(metric.Value))
        {
            anyLoss |= state.Loss;
            state.LongestPause = Math.Max(state.LongestPause, state.Seen ? state.Pause : 0);
            (state.Seen, state.Pause) = (true, 0);
            return;
        }
        if (state.Warned) return;
        string name = $"metric '{OneLine.Value(metric.Name)}' of the report";
        if (double.IsInfinity(metric.Value))
        {
            anyLoss |= state.Loss;
            state.Warned = true;
            boundary.Warn(logger, name, TensorChecks.Text(metric.Value), "a finite number, or NaN if there is none");
        }
        else if (state.Loss && state.Seen && ++state.Pause >= Patience + (2 * state.LongestPause))
        {
            state.Warned = true;
            boundary.Warn(logger, name, $"NaN in {state.Pause} iterations in a row", "a number, as before");
        }
    }

    private record struct State(bool Loss)
    {
        public bool Seen { get; set; }

        public int Pause { get; set; }

        public int LongestPause { get; set; }

        public bool Warned { get; set; }
    }
}
