using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Search;

/// <summary>
/// A search as a conversation in lines of JSON, so that another program can measure what the search suggests, or add
/// settings of its own. Every line is answered by one line.
/// </summary>
internal sealed class AskTell(SettingSearch search)
{
    private static readonly string[] Requests = ["ask", "tell", "add", "status"];

    // no web page embeds the answers, so nothing needs escaping for HTML
    internal static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers every line until the input ends.</summary>
    public void Run(TextReader input, TextWriter output)
    {
        while (input.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            output.WriteLine(Answer(line).ToJsonString(Plain));
            output.Flush();
        }
    }

    /// <summary>Answers a line; an error is an answer too.</summary>
    public JsonObject Answer(string line)
    {
        try
        {
            var json = DocumentReader.Parse(Encoding.UTF8.GetBytes(line), "request", DocumentKind.Record);
            string[] asked = [.. json.Members().Select(m => m.Key).Intersect(Requests)];
            if (asked.Length != 1)
            {
                string given = json.Members().Select(m => m.Key).FirstOrDefault() ?? "";
                throw json.Error($"one of {string.Join(", ", Requests)} is expected.{Suggestion.For(given, Requests)}");
            }
            return asked[0] switch
            {
                "ask" => Ask(json),
                "tell" => Tell(json),
                "add" => Add(json),
                _ => Status(json),
            };
        }
        catch (MbMixException e)
        {
            return new JsonObject { ["error"] = OneLine.Of(e) };
        }
    }

    // { "ask": true }
    private JsonObject Ask(DocumentValue json)
    {
        json.AllowOnly("ask");
        json.Get("ask", "true").Flag();
        if (search.Next() is { } job) return Describe(job);
        int running = search.Trials.Count(t => t.Stage == TrialStage.Running);
        return new JsonObject { ["trial"] = null, ["done"] = running == 0, ["running"] = running };
    }

    // { "tell": 3, "value": -12.5 } or { "tell": 3, "failed": "why" }
    private JsonObject Tell(DocumentValue json)
    {
        json.AllowOnly("tell", "value", "failed");
        long number = json.Get("tell", "the number of a trial").Integer(0);
        var trial = number < search.Trials.Count
            ? search.Trials[(int)number]
            : throw json.Error($"there is no trial {number}; the next one is {search.Trials.Count}.");
        string? reason = json.Find("failed")?.Word();
        if (reason is not null == json.Find("value") is not null)
            throw json.Error("'value' or 'failed' is expected, and not both.");
        if (reason is not null) search.Fail(trial, reason);
        else search.Tell(trial, json.Get("value", "a number").Number());
        return new JsonObject { ["trial"] = trial.Number, ["state"] = trial.Stage.ToString().ToLowerInvariant() };
    }

    // { "add": { "algo.horizon": 16, ... } }
    private JsonObject Add(DocumentValue json)
    {
        json.AllowOnly("add");
        return Describe(search.Add(search.Terms.Space.Read(json.Get("add", "a setting"))));
    }

    // { "status": true }
    private JsonObject Status(DocumentValue json)
    {
        json.AllowOnly("status");
        json.Get("status", "true").Flag();
        return StatusOf(search);
    }

    /// <summary>Counts the trials of a search, and says which is the best.</summary>
    internal static JsonObject StatusOf(SettingSearch search)
    {
        var answer = new JsonObject { ["trials"] = search.Trials.Count };
        foreach (var stage in Enum.GetValues<TrialStage>())
            answer[stage.ToString().ToLowerInvariant()] = search.Trials.Count(t => t.Stage == stage);
        if (search.Best is not { } best) return answer;
        answer["best"] = new JsonObject
        {
            ["trial"] = best.Number,
            ["value"] = best.Value,
            ["setting"] = search.Terms.Space.ToJson(best.Setting),
        };
        return answer;
    }

    private JsonObject Describe(TrialJob job)
    {
        var answer = new JsonObject { ["trial"] = job.Trial.Number };
        if (job.Steps is { } steps)
        {
            answer["rung"] = job.Rung;
            answer["steps"] = steps;
        }
        answer["setting"] = search.Terms.Space.ToJson(job.Trial.Setting);
        return answer;
    }
}
