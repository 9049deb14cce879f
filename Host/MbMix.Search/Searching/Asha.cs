namespace MbMix.Search;

/// <summary>
/// Asynchronous successive halving (Li et al. 2020, arXiv 1810.05934): whenever there is room for a job, the best trial
/// that is among the best of its rung and has not yet gone on does so. Nobody waits for a rung to fill.
/// </summary>
internal static class Asha
{
    /// <summary>Finds the trial that goes on to the next rung; null if there is none at present.</summary>
    public static Trial? FindPromotion(RungLadder ladder, IReadOnlyList<Trial> trials)
    {
        for (int rung = ladder.Top - 1; rung >= 0; rung--)
        {
            // a trial that failed here was measured too, and is worse than every other
            var measured = trials.Where(t => t.Scores.Count > rung || (t.Stage == TrialStage.Failed && t.Rung >= rung))
                .ToList();
            var best = Ranked(measured, rung).Take(measured.Count / ladder.Eta);
            if (best.FirstOrDefault(t => IsWaiting(t, rung)) is { } next) return next;
        }
        return null;
    }

    /// <summary>
    /// Finds the trial that goes on although its rung has too few others, once no further trials come; null if one has
    /// had the whole budget, or if all have failed.
    /// </summary>
    public static Trial? FindLast(RungLadder ladder, IReadOnlyList<Trial> trials)
    {
        if (trials.Any(t => t.Scores.Count > ladder.Top)) return null;
        for (int rung = ladder.Top - 1; rung >= 0; rung--)
        {
            var waiting = Ranked(trials, rung).FirstOrDefault(t => IsWaiting(t, rung));
            if (waiting is not null) return waiting;
        }
        return null;
    }

    private static IEnumerable<Trial> Ranked(IEnumerable<Trial> trials, int rung) =>
        trials.Where(t => t.Scores.Count > rung).OrderByDescending(t => t.Scores[rung]).ThenBy(t => t.Number);

    private static bool IsWaiting(Trial trial, int rung) => trial.Stage == TrialStage.Paused && trial.Rung == rung;
}
