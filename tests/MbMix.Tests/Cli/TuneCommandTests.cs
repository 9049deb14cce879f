using System.Text.RegularExpressions;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix tune</c>, on the test plugin.</summary>
public sealed class TuneCommandTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Killed_again_and_again_a_search_finds_the_same_and_repeats_nothing()
    {
        string file = Write("""
            {
              "environment": "point", "algorithm": "ascent", "preset": "none",
              "settings": ["run.checkpointEvery=2", "run.evaluationEpisodes=2", "algo.delay=10"],
              "budget": 384, "trials": 2, "seeds": 2, "firstSeed": 50, "jobs": 1, "startup": 1,
              "pruner": { "asha": { "eta": 2, "rungs": 2 } },
              "space": {
                "algo.learningRate": { "real": [1e-3, 1], "log": true },
                "algo.horizon": { "integer": [2, 8] }
              }
            }
            """);
        // one run at a time, because what is suggested depends on what has ended
        var whole = Tune(file, "whole");
        Assert.Equal((0, ""), (whole.ExitCode, string.Join("; ", whole.Errors)));
        foreach (int lines in new[] { 2, 6 })
        {
            var process = mbmix.Begin(Arguments(file, "killed"));
            HostKills.Await(() => process.HasExited || Journal("killed").Length >= lines);
            // a killed command leaves its runs alive, a lost machine does not
            process.Kill(entireProcessTree: lines == 6);
            process.WaitForExit();
        }
        var last = Tune(file, "killed");
        Assert.Equal((0, ""), (last.ExitCode, string.Join("; ", last.Errors)));
        Assert.Equal(File.ReadAllText(mbmix["whole/trials.csv"]), File.ReadAllText(mbmix["killed/trials.csv"]));
        Assert.Equal(File.ReadAllText(mbmix["whole/best.json"]), File.ReadAllText(mbmix["killed/best.json"]));
        Assert.Equal(Journal("whole").Order(), Journal("killed").Order());
        // nothing is left to do
        Assert.Equal(last.LastLine, Tune(file, "killed").LastLine);
        foreach (string name in new[] { "table.md", "plots/history.png", "plots/importance.png", "plots/slices.png" })
            Assert.True(new FileInfo(mbmix["killed/" + name]).Length > 0, name);

        // what was promoted is what would have been trained in one go, and the preset repeats it
        var best = Regex.Match(last.Output, @"best: trial (\d+), mean return (\S+);");
        string trial = mbmix[$"killed/runs/trial{best.Groups[1].Value.PadLeft(4, '0')}/seed50"];
        var repeated = mbmix.Run("train", "point", "--algo", "ascent", "--preset", mbmix["killed/best.json"], "--seed", "50", "--set", "run.evaluations=20", "--threads", "1", "--out", mbmix["again"]);
        Assert.Equal((0, ""), (repeated.ExitCode, string.Join("; ", repeated.Errors)));
        Assert.Equal(HostRuns.Comparable(trial), HostRuns.Comparable(mbmix["again"]));
    }

    [Fact]
    public void A_trial_that_fails_says_why_and_the_search_goes_on()
    {
        string file = Write("""
            {
              "environment": "point", "algorithm": "ascent", "budget": 128, "trials": 2, "seeds": 1, "sampler": "random",
              "settings": ["algo.message=\"too hot\""], "space": { "algo.throwAt": { "choice": [0, 1] } }
            }
            """);
        var result = Tune(file, "t");
        Assert.Equal((0, ""), (result.ExitCode, string.Join("; ", result.Errors)));
        Assert.Equal(1, Regex.Count(result.Output, @"- trial \d: seed 1000: .*too hot"));
        Assert.Equal(1, Regex.Count(File.ReadAllText(mbmix["t/trials.csv"]), ",finished,"));
    }

    [Fact]
    public void A_search_in_which_everything_fails_is_one_line()
    {
        string file = Write("""
            {
              "environment": "point", "algorithm": "ascent", "budget": 128, "trials": 2, "seeds": 1,
              "settings": ["algo.throwAt=1"], "space": { "algo.learningRate": { "real": [0.01, 0.1] } }
            }
            """);
        var result = Tune(file, "t");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^error: All 2 trials failed; the last one: seed 1000: .*thrown on request", Assert.Single(result.Errors));
    }

    [Theory]
    [InlineData("""{ "environment": "point", "algorithm": "ascent", "settings": ["algo.horizon=2"], "space": { "algo.horizon": { "integer": [1, 4] } } }""", "Search bad has algo.horizon in its 'settings' and in its 'space': a setting is either fixed or searched.")]
    [InlineData("""{ "space": { "algo.horizon": { "integer": [1, 4] } } }""", "Search bad names no 'environment'; only a search that asks and tells needs none.")]
    [InlineData("""{ "environment": "point", "algorithm": "ascent", "space": { "algo.horizn": { "integer": [1, 4] } } }""", "Parameter 'algo.horizn': algo.horizn is unknown. Did you mean 'horizon'?")]
    [InlineData("""{ "environment": "point", "algorithm": "asent", "space": { "algo.horizon": { "integer": [1, 4] } } }""", "There is no algorithm 'asent'. Did you mean 'ascent'?")]
    public void What_no_run_could_take_is_refused_before_the_first_one(string json, string expected)
    {
        File.WriteAllText(mbmix["bad.json"], json);
        var result = Tune(mbmix["bad.json"], "t");
        Assert.Equal((2, $"error: {expected}"), (result.ExitCode, Assert.Single(result.Errors)));
        Assert.False(Directory.Exists(mbmix["t"]));
    }

    [Fact]
    public void A_run_stops_where_it_was_asked_to_and_goes_on_as_if_it_had_not()
    {
        string[] train = ["train", "point", "--algo", "ascent", "--budget", "640", "--set", "run.evaluations=5", "--threads", "1", "--seed", "9"];
        Assert.Equal(0, mbmix.Run([.. train, "--out", mbmix["whole"]]).ExitCode);
        var stopped = mbmix.Run([.. train, "--stop-after", "200", "--out", mbmix["parts"]]);
        Assert.Equal(0, stopped.ExitCode);
        Assert.StartsWith("stopped after iteration 4; continue with: mbmix train --resume ", stopped.LastLine, StringComparison.Ordinal);
        Assert.False(File.Exists(mbmix["parts/result.json"]));
        Assert.Equal(0, mbmix.Run("train", "--resume", mbmix["parts"]).ExitCode);
        Assert.Equal(HostRuns.Comparable(mbmix["whole"]), HostRuns.Comparable(mbmix["parts"]));
    }

    private string Write(string json)
    {
        File.WriteAllText(mbmix["search.json"], json);
        return mbmix["search.json"];
    }

    private string[] Arguments(string file, string folder) =>
        ["tune", file, "--out", mbmix[folder]];

    private HostCommandResult Tune(string file, string folder) => mbmix.Run(Arguments(file, folder));

    private string[] Journal(string folder)
    {
        string path = mbmix[folder + "/search.jsonl"];
        if (!File.Exists(path)) return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. reader.ReadToEnd().Split('\n').SkipLast(1)];
    }
}
