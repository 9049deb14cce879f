namespace MbMix.Cluster;

/// <summary>
/// How long environment steps take: those of the same environment and algorithm in the same sweep, or else those of the
/// sweep, or else those of all.
/// </summary>
/// <param name="kinds">What was measured, by kind.</param>
internal sealed class RunPace(IReadOnlyDictionary<string, RunPace.Tally> kinds)
{
    private readonly Dictionary<string, Tally> sweeps = kinds
        .GroupBy(k => k.Key[..k.Key.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => Sum(g.Select(k => k.Value)), StringComparer.Ordinal);

    private readonly Tally all = Sum(kinds.Values);

    /// <summary>Adds what was measured of a run.</summary>
    public static void Add(Dictionary<string, Tally> kinds, RunTicket ticket, Tally measured)
    {
        if (measured.PerStep is null) return;
        string kind = KindOf(ticket);
        kinds[kind] = Sum([kinds.GetValueOrDefault(kind), measured]);
    }

    /// <summary>Says how long a run will take.</summary>
    /// <param name="run">The run, waiting or at work.</param>
    /// <param name="steps">Its steps so far; null if they are not known.</param>
    public PendingRun Expect(RunEntry run, long? steps)
    {
        var ticket = run.Ticket;
        double? own = kinds.GetValueOrDefault(KindOf(ticket)).PerStep ?? sweeps.GetValueOrDefault(ticket.Sweep).PerStep;
        double left = Math.Max(0, ticket.Budget - (steps ?? 0));
        // a run of which nothing is known keeps a core from others all the same
        return new(ticket.Sweep, ticket.Cores, left * (own ?? all.PerStep ?? 0), own is not null && ticket.Budget > 0);
    }

    private static Tally Sum(IEnumerable<Tally> tallies) =>
        tallies.Aggregate(default(Tally), (a, b) => new(a.Steps + b.Steps, a.Seconds + b.Seconds));

    // names are ENVIRONMENT/ALGORITHM/seedN; ids of sweeps have no slash
    private static string KindOf(RunTicket ticket) =>
        $"{ticket.Sweep}/{ticket.Name[..Math.Max(0, ticket.Name.LastIndexOf('/'))]}";

    /// <summary>Steps, and how long they took [s].</summary>
    internal readonly record struct Tally(double Steps, double Seconds)
    {
        /// <summary>Seconds per step; null if nothing was measured.</summary>
        public double? PerStep => Steps > 0 && Seconds > 0 ? Seconds / Steps : null;
    }
}
