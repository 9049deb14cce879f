using System.Diagnostics;
using System.Text.Json.Nodes;
using MbMix.Tests.Support;

namespace MbMix.Tests.Cli;

/// <summary><c>mbmix tune --serve</c>, driven as another program would drive it, on the test plugin.</summary>
public sealed class TuneServeTests : IDisposable
{
    private readonly HostCommand mbmix = new();

    public void Dispose() => mbmix.Dispose();

    [Fact]
    public void Another_program_has_settings_trained_and_wrong_lines_change_nothing()
    {
        string file = Write("\"algo.throwAt\": { \"choice\": [0, 1] }, \"algo.message\": { \"choice\": [\"too hot\"], \"when\": { \"algo.throwAt\": [1] } }");
        var process = Begin(file, "t");
        // both wait for room or are at work while the lines after them are answered
        Say(process, """{ "train": { "algo.throwAt": 0 } }""", """{ "train": { "algo.throwAt": 1, "algo.message": "too hot" } }""");
        (string Line, string Error)[] wrong =
        [
            ("""{ "train": { "algo.throwAt": 2 } }""", "request: 'train.algo.throwAt' is 2; one of 0, 1 is expected."),
            ("""{ "train": { "algo.throwAt": 1 } }""", "request: 'train.algo.message' is missing; a value is expected."),
            ("""{ "train": { "algo.throwAt": 0, "algo.message": "too hot" } }""", "request: 'algo.message' is given, but it belongs only to settings with algo.throwAt = 1."),
            ("""{ "train": { "algo.throwAtt": 1 } }""", "request: the key 'train.algo.throwAtt' is unknown. Did you mean 'algo.throwAt'?"),
            ("""{ "trian": {} }""", "request: the key 'trian' is unknown. Did you mean 'train'?"),
            ("""{}""", "request: one of train, status is expected."),
        ];
        Say(process, [.. wrong.Select(w => w.Line), "{", """{ "status": true }"""]);
        process.StandardInput.Close();
        var result = HostCommand.Finish(process);
        Assert.Equal(0, result.ExitCode);
        var answers = Answers(result.Output);
        string[] errors = [.. answers.Where(a => !a.ContainsKey("trial") && a.ContainsKey("error")).Select(a => a["error"]!.GetValue<string>())];
        foreach (var (line, error) in wrong) Assert.True(errors.Contains(error), $"{line}: {string.Join(" | ", errors)}");
        Assert.Equal(wrong.Length + 1, errors.Length);
        Assert.Equal(2, answers.Single(a => a.ContainsKey("trials"))["trials"]!.GetValue<int>());
        var good = answers.Single(a => a["trial"]?.GetValue<int>() == 0);
        double[] seeds = [.. good["seeds"]!.AsObject().Select(s => s.Value!.GetValue<double>())];
        Assert.Equal(["50", "51"], good["seeds"]!.AsObject().Select(s => s.Key));
        Assert.Equal(seeds.Average(), good["value"]!.GetValue<double>());
        var failed = answers.Single(a => a["trial"]?.GetValue<int>() == 1);
        Assert.Matches("^seed 5[01]: .*too hot", failed["error"]!.GetValue<string>());
        Assert.True(File.Exists(mbmix["t/runs/trial0000/seed51/result.json"]));
        Assert.True(File.Exists(mbmix["t/trials.csv"]));
    }

    [Fact]
    public void After_a_kill_it_goes_on_and_a_setting_sent_again_is_answered_without_another_run()
    {
        string file = Write("\"algo.learningRate\": { \"real\": [0.001, 1], \"log\": true }");
        string[] settings = [.. new[] { "0.01", "0.1", "1" }.Select(rate => $"{{ \"train\": {{ \"algo.learningRate\": {rate} }} }}")];
        var whole = Begin(file, "whole");
        Say(whole, settings);
        whole.StandardInput.Close();
        var first = HostCommand.Finish(whole);
        Assert.Equal(0, first.ExitCode);

        var killed = Begin(file, "killed");
        Say(killed, settings);
        Assert.NotNull(killed.StandardOutput.ReadLine());
        killed.Kill(entireProcessTree: true);
        killed.WaitForExit();
        // what was begun goes on although nobody sends it again, and what was not even read is sent
        var again = Begin(file, "killed");
        Say(again, settings);
        Say(again, settings[0]);
        again.StandardInput.Close();
        var last = HostCommand.Finish(again);
        Assert.Equal(0, last.ExitCode);
        string[] expected = Lines(first.Output);
        Assert.Equal(expected.Append(expected.Single(l => l.Contains(":0.01}", StringComparison.Ordinal))).Order(), Lines(last.Output).Order());
        Assert.Equal(File.ReadAllText(mbmix["whole/trials.csv"]), File.ReadAllText(mbmix["killed/trials.csv"]));
    }

    [Fact]
    public void Who_suggests_is_one_and_nobody_stops_early()
    {
        string file = Write("\"algo.throwAt\": { \"choice\": [0, 1] }");
        Refused("--ask-tell has another program measure, --serve has it suggest: choose one of them.", file, "--serve", "--ask-tell");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"jobs\"", "\"pruner\": { \"asha\": { \"rungs\": 2 } }, \"jobs\"", StringComparison.Ordinal));
        Refused("Search search has a pruner, but --serve trains every setting to the end: remove 'pruner'.", file, "--serve");
        Assert.False(Directory.Exists(mbmix["t"]));
    }

    private static void Say(Process process, params string[] lines)
    {
        foreach (string line in lines) process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
    }

    private static string[] Lines(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static List<JsonObject> Answers(string output) => [.. Lines(output).Select(l => JsonNode.Parse(l)!.AsObject())];

    private void Refused(string expected, string file, params string[] options)
    {
        var result = mbmix.Run(["tune", file, "--out", mbmix["t"], .. options]);
        Assert.Equal((2, $"error: {expected}"), (result.ExitCode, Assert.Single(result.Errors)));
    }

    private Process Begin(string file, string folder) =>
        mbmix.BeginWithInput("tune", file, "--serve", "--quiet", "--out", mbmix[folder]);

    private string Write(string space)
    {
        File.WriteAllText(mbmix["search.json"], $$"""
            {
              "environment": "point", "algorithm": "ascent", "preset": "none",
              "settings": ["run.checkpointEvery=2", "run.evaluationEpisodes=2", "algo.delay=10"],
              "budget": 256, "seeds": 2, "firstSeed": 50, "jobs": 2,
              "space": { {{space}} }
            }
            """);
        return mbmix["search.json"];
    }
}
