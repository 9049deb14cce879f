using System.Text.Json.Nodes;
using MbMix.Search;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Searches that are closed, torn and opened again.</summary>
public sealed class SearchJournals : IDisposable
{
    private readonly HostFolder folder = new();

    private string Path => folder["search.jsonl"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_search_that_is_opened_again_after_every_event_is_the_same_search()
    {
        var terms = Terms();
        string whole = Finish(SettingSearch.InMemory(terms));
        for (bool ended = false; !ended;)
        {
            using var search = SettingSearch.Open(terms, Path);
            ended = !Step(search);
        }
        using var last = SettingSearch.Open(terms, Path);
        Assert.Equal(whole, Describe(last));
    }

    [Fact]
    public void A_search_whose_journal_was_torn_anywhere_ends_as_if_it_had_not_been()
    {
        var terms = Terms();
        string whole;
        using (var search = SettingSearch.Open(terms, Path)) whole = Finish(search);
        byte[] journal = File.ReadAllBytes(Path);
        for (int length = journal.Length - 1; length > 0; length -= 97)
        {
            File.WriteAllBytes(Path, journal[..length]);
            using var search = SettingSearch.Open(terms, Path);
            Assert.Equal(whole, Finish(search));
        }
    }

    [Fact]
    public void Seeds_are_told_one_by_one_and_the_trial_has_their_mean()
    {
        var terms = Terms() with { Seeds = 2, FirstSeed = 7, Rungs = 1 };
        using (var search = SettingSearch.Open(terms, Path)) search.TellRun(search.Next()!.Trial, 8, 3);
        using (var search = SettingSearch.Open(terms, Path))
        {
            var job = search.Next()!;
            Assert.Equal((0, 3.0, null), (job.Trial.Number, job.Trial.RunValue(0, 8), job.Trial.RunValue(0, 7)));
            search.TellRun(job.Trial, 7, 5);
            Assert.Equal((TrialStage.Finished, 4.0), (job.Trial.Stage, job.Trial.Value));
        }
    }

    [Fact]
    public void Other_terms_are_refused_but_trials_may_be_added()
    {
        var terms = Terms();
        using (var search = SettingSearch.Open(terms, Path)) Finish(search);
        string Refused(SearchTerms other) => Assert.Throws<ConfigurationException>(() => SettingSearch.Open(other, Path)).Message;
        Assert.Equal("The folder holds a search with searchSeed 0, not 1: choose another folder, or undo the change.", Refused(terms with { SearchSeed = 1 }));
        Assert.Equal("The folder holds a search with another space: choose another folder, or undo the change.", Refused(terms with { Space = Landscapes.HartmannSpace }));
        using var more = SettingSearch.Open(terms with { Trials = 12 }, Path);
        Finish(more);
        Assert.Equal(12, more.Trials.Count);
    }

    [Fact]
    public void A_damaged_line_is_named_and_an_open_journal_is_in_use()
    {
        using (var search = SettingSearch.Open(Terms(), Path))
        {
            Finish(search);
            Assert.Contains(" is in use by another search: wait for it, end it, or choose another folder with --out.", Assert.Throws<MbMixException>(() => SettingSearch.Open(Terms(), Path)).Message, StringComparison.Ordinal);
        }
        string[] lines = File.ReadAllLines(Path);
        lines[2] = lines[2].Replace("\"tell\"", "\"tall\"", StringComparison.Ordinal);
        File.WriteAllText(Path, string.Join('\n', lines) + "\n");
        Assert.EndsWith("search.jsonl, line 3: the event 'tall' is unknown.", Assert.Throws<MbMixException>(() => SettingSearch.Open(Terms(), Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_program_asks_tells_and_adds()
    {
        using var search = SettingSearch.Open(Terms() with { Trials = 2, Rungs = 1 }, Path);
        var conversation = new AskTell(search);
        JsonObject Say(string line) => conversation.Answer(line);
        var first = Say("""{ "ask": true }""");
        Assert.Equal("0", first["trial"]!.ToJsonString());
        Assert.Equal(["x", "y"], first["setting"]!.AsObject().Select(p => p.Key));
        Assert.Equal("""{"trial":0,"state":"finished"}""", Say("""{ "tell": 0, "value": 2 }""").ToJsonString());
        Assert.Equal("""{"trial":1,"rung":0,"steps":9,"setting":{"x":3,"y":2}}""", Say("""{ "add": { "x": 3, "y": 2 } }""").ToJsonString());
        Assert.Equal("""{"trial":null,"done":false,"running":1}""", Say("""{ "ask": true }""").ToJsonString());
        Assert.Equal("""{"trial":1,"state":"failed"}""", Say("""{ "tell": 1, "failed": "it broke" }""").ToJsonString());
        Assert.Equal("""{"trial":null,"done":true,"running":0}""", Say("""{ "ask": true }""").ToJsonString());
        Assert.Equal("0", Say("""{ "status": true }""")["best"]!["trial"]!.ToJsonString());
        string Error(string line) => Say(line)["error"]!.GetValue<string>();
        Assert.Equal("request: one of ask, tell, add, status is expected. Did you mean 'ask'?", Error("""{ "aks": true }"""));
        Assert.Equal("Trial 0 is finished, not running.", Error("""{ "tell": 0, "value": 1 }"""));
        Assert.Equal("request: there is no trial 9; the next one is 2.", Error("""{ "tell": 9, "value": 1 }"""));
        Assert.Equal("request: 'add.x' is 99; a number from -5 to 10 is expected.", Error("""{ "add": { "x": 99, "y": 2 } }"""));
        Assert.StartsWith("request is not valid JSON", Error("{"), StringComparison.Ordinal);
    }

    private static SearchTerms Terms() => new()
    {
        Name = "s",
        Space = Landscapes.BraninSpace,
        Trials = 9,
        Startup = 4,
        Minimize = true,
        Budget = 9,
        Eta = 3,
        Rungs = 2,
    };

    private static bool Step(SettingSearch search)
    {
        if (search.Next() is not { } job) return false;
        search.Tell(job.Trial, Landscapes.Branin(job.Trial.Setting) - job.Rung);
        return true;
    }

    private static string Finish(SettingSearch search)
    {
        while (Step(search))
        {
        }
        return Describe(search);
    }

    private static string Describe(SettingSearch search) => string.Join(
        '\n', search.Trials.Select(t => $"{t.Number} {t.Stage} {search.Terms.Space.ToJson(t.Setting).ToJsonString()} {string.Join(' ', t.Values)}"));
}
