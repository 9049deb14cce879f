using System.Text.Json.Nodes;

namespace MbMix.Search;

/// <summary>
/// A search: hands out jobs and takes their results. What it does next depends only on its terms and on what it was
/// told, so a search that is opened again goes on as if it had never ended. It must not be used by several threads at once.
/// </summary>
public sealed class SettingSearch : IDisposable
{
    // suggestions in a row that were tried before; after some of the sampler's come random ones, and when those find
    // nothing new either, there is hardly anything left
    private const int SamplerAttempts = 50, MostAttempts = 1000;

    private readonly SearchJournal? journal;
    private readonly ISampler sampler;
    private readonly RandomSampler other;
    private readonly RungLadder ladder;
    private readonly List<Trial> trials = [];
    private readonly HashSet<Trial> handedOut = [];
    private bool replaying;

    private SettingSearch(SearchTerms terms, SearchJournal? journal)
    {
        Terms = terms;
        this.journal = journal;
        ladder = terms.Ladder;
        other = new RandomSampler(terms.Space, terms.SearchSeed);
        sampler = Samplers.Create(terms.Sampler, terms.Space, terms.SearchSeed, terms.Startup);
    }

    /// <summary>The terms of the search.</summary>
    public SearchTerms Terms { get; }

    /// <summary>All trials so far, in the order of their numbers.</summary>
    public IReadOnlyList<Trial> Trials => trials;

    /// <summary>Whether everything in the space has been tried, so that no further trials come.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>The finished trial with the best value; null if none has finished.</summary>
    public Trial? Best => trials.Where(t => t.Stage == TrialStage.Finished)
        .OrderByDescending(t => t.Scores[^1]).ThenBy(t => t.Number).FirstOrDefault();

    /// <summary>Creates a search that is kept in memory only.</summary>
    public static SettingSearch InMemory(SearchTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return new SettingSearch(terms, null);
    }

    /// <summary>Opens a search, or begins it if its journal does not exist.</summary>
    /// <param name="terms">The terms, which must be those it was begun with; trials may be added.</param>
    /// <param name="journal">Path of the journal.</param>
    /// <exception cref="ConfigurationException">The terms are others.</exception>
    /// <exception cref="MbMixException">The journal is in use, is damaged or cannot be written.</exception>
    public static SettingSearch Open(SearchTerms terms, string journal)
    {
        ArgumentNullException.ThrowIfNull(terms);
        var opened = SearchJournal.Open(journal);
        var search = new SettingSearch(terms, opened);
        try
        {
            search.Replay(opened.Events);
            return search;
        }
        catch
        {
            search.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the next job: one that an earlier process left, a trial that goes on to its next rung, or a new trial.
    /// Null if there is none at present; it may be that results of running jobs bring new ones.
    /// </summary>
    public TrialJob? Next()
    {
        if (NextLeft() is { } left) return left;
        if (ladder.Top > 0 && Asha.FindPromotion(ladder, trials) is { } promoted) return GoOn(promoted);
        if (trials.Count < Terms.Trials && !IsExhausted)
        {
            if (Suggest() is { } setting) return Begin(setting, given: false);
            IsExhausted = true;
        }
        bool running = trials.Exists(t => t.Stage == TrialStage.Running);
        if (running || ladder.Top == 0 || Asha.FindLast(ladder, trials) is not { } last) return null;
        return GoOn(last);
    }

    /// <summary>Returns the next job that an earlier process left; null if there is none.</summary>
    internal TrialJob? NextLeft() =>
        trials.Find(t => t.Stage == TrialStage.Running && !handedOut.Contains(t)) is { } left ? HandOut(left) : null;

    /// <summary>Begins a trial with a setting from somebody else, beside those of the terms.</summary>
    public TrialJob Add(Setting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return Begin(setting, given: true);
    }

    /// <summary>
    /// Takes the value of a running trial at its rung. A value that is not finite makes it a failed trial.
    /// </summary>
    public void Tell(Trial trial, double value)
    {
        RequireRunning(trial);
        if (!double.IsFinite(value))
        {
            Fail(trial, "the value is not a finite number");
            return;
        }
        Append(trial, "tell", ("value", value));
        trial.Reach(value, Terms.Minimize ? -value : value, ladder.Top);
        handedOut.Remove(trial);
    }

    /// <summary>Takes the value of one seed of a running trial; that of the trial is the mean of all seeds.</summary>
    public void TellRun(Trial trial, long seed, double value)
    {
        RequireRunning(trial);
        if (!double.IsFinite(value))
        {
            Fail(trial, $"seed {seed}: the return is not a finite number");
            return;
        }
        Append(trial, "run", ("seed", seed), ("value", value));
        trial.SetRun(trial.Rung, seed, value);
        double?[] values = [.. Terms.SeedNumbers.Select(s => trial.RunValue(trial.Rung, s))];
        if (!replaying && Array.TrueForAll(values, v => v is not null)) Tell(trial, values.Average()!.Value);
    }

    /// <summary>Takes note that a running trial has failed.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="reason">Why, in one line.</param>
    public void Fail(Trial trial, string reason)
    {
        RequireRunning(trial);
        Append(trial, "fail", ("reason", reason));
        trial.Fail(reason);
        handedOut.Remove(trial);
    }

    /// <inheritdoc/>
    public void Dispose() => journal?.Dispose();

    private Setting? Suggest()
    {
        var tried = trials.Select(t => t.Setting).ToHashSet();
        List<Observation> known =
        [
            .. trials.Select(t => new Observation(
                t.Setting, t.Scores.Count - 1, t.Scores.Count == 0 || t.Stage == TrialStage.Failed
                    ? double.NaN : t.Scores[^1],
                t.Stage == TrialStage.Running && t.Scores.Count == 0)),
        ];
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            var setting = (attempt < SamplerAttempts ? sampler : other).Suggest(trials.Count, attempt, known);
            if (!tried.Contains(setting)) return setting;
        }
        return null;
    }

    private TrialJob Begin(Setting setting, bool given)
    {
        var trial = new Trial(trials.Count, setting, given);
        var json = Event(trial, "begin");
        json["setting"] = Terms.Space.ToJson(setting);
        if (given) json["given"] = true;
        if (!replaying) journal?.Append(json);
        trials.Add(trial);
        return HandOut(trial);
    }

    private TrialJob GoOn(Trial trial)
    {
        Append(trial, "promote");
        trial.GoOn();
        return HandOut(trial);
    }

    private TrialJob HandOut(Trial trial)
    {
        handedOut.Add(trial);
        return new TrialJob(trial, trial.Rung, Terms.Budget is null ? null : ladder.Steps[trial.Rung]);
    }

    private void Append(Trial trial, string what, params ReadOnlySpan<(string Key, JsonNode Value)> more)
    {
        if (replaying || journal is null) return;
        var json = Event(trial, what);
        foreach (var (key, value) in more) json[key] = value;
        journal.Append(json);
    }

    private static JsonObject Event(Trial trial, string what) =>
        new() { ["event"] = what, ["trial"] = trial.Number, ["rung"] = trial.Rung };

    private static void RequireRunning(Trial trial)
    {
        if (trial.Stage == TrialStage.Running) return;
        throw new MbMixException($"Trial {trial.Number} is {trial.Stage.ToString().ToLowerInvariant()}, not running.");
    }

    private void Replay(IReadOnlyList<DocumentValue> events)
    {
        if (events.Count == 0)
        {
            journal!.Append(new JsonObject { ["event"] = "search", ["terms"] = SearchRecord.Of(Terms) });
            return;
        }
        SearchRecord.RequireSame(Terms, events[0]);
        replaying = true;
        foreach (var happened in events.Skip(1)) Replay(happened);
        replaying = false;
        handedOut.Clear();
        // a kill between the last seed of a trial and the mean of all
        foreach (var trial in trials.FindAll(t => t.Stage == TrialStage.Running))
        {
            double?[] values = [.. Terms.SeedNumbers.Select(s => trial.RunValue(trial.Rung, s))];
            if (Array.TrueForAll(values, v => v is not null)) Tell(trial, values.Average()!.Value);
        }
    }

    private void Replay(DocumentValue happened)
    {
        string what = happened.Get("event", "the name of an event").Word();
        long number = happened.Get("trial", "the number of a trial").Integer(0, trials.Count);
        if (what == "begin")
        {
            if (number < trials.Count) throw happened.Error($"trial {number} begins twice.");
            Begin(
                Terms.Space.Read(happened.Get("setting", "a setting")), happened.Find("given")?.Flag() ?? false);
            return;
        }
        if (number == trials.Count) throw happened.Error($"trial {number} has not begun.");
        var trial = trials[(int)number];
        bool possible = what == "promote"
            ? trial.Stage == TrialStage.Paused
            : trial.Stage == TrialStage.Running && happened.Get("rung", "a rung").Integer() == trial.Rung;
        if (!possible) throw happened.Error($"'{OneLine.Value(what)}' does not follow from the lines before.");
        switch (what)
        {
            case "promote":
                GoOn(trial);
                break;
            case "run":
                TellRun(
                    trial, happened.Get("seed", "a seed").Integer(), happened.Get("value", "a number").Number());
                break;
            case "tell":
                Tell(trial, happened.Get("value", "a number").Number());
                break;
            case "fail":
                Fail(trial, happened.Get("reason", "a text").Text());
                break;
            default:
                throw happened.Error($"the event '{OneLine.Value(what)}' is unknown.");
        }
    }
}
