using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>
/// Trains the settings that another program sends as lines of JSON, several runs in parallel. Every line is answered by
/// one line, a training when it has ended. A setting that was sent before is not trained again, so that after a kill
/// the other program sends what it has no answer to.
/// </summary>
/// <param name="plan">How settings are trained.</param>
/// <param name="search">Keeps the trials.</param>
/// <param name="check">Refuses settings that no run could take.</param>
/// <param name="launcher">Starts the runs.</param>
/// <param name="say">Takes lines for people.</param>
internal sealed class TuneService(
    TunePlan plan, SettingSearch search, Action<Setting> check, IRunLauncher launcher, Action<string> say)
{
    private static readonly string[] Requests = ["train", "status"];

    private readonly TrialQueue queue = new(plan, search, launcher, say);
    private readonly Dictionary<Trial, int> unanswered = [];

    /// <summary>Makes sure that a search can be driven from outside.</summary>
    /// <exception cref="ConfigurationException">It stops trials early, and nobody would say which go on.</exception>
    public static void Require(SearchTerms terms)
    {
        if (terms.Rungs == 1) return;
        throw new ConfigurationException(
            $"Search {terms.Name} has a pruner, but --serve trains every setting to the end: remove 'pruner'.");
    }

    /// <summary>Answers until the input has ended and nothing is left to train.</summary>
    /// <param name="input">Receives the requests.</param>
    /// <param name="output">Takes the answers.</param>
    /// <param name="stop">Asks running processes to save and end; no further ones are started.</param>
    /// <param name="abort">Kills running processes.</param>
    public async Task RunAsync(TextReader input, TextWriter output, CancellationToken stop, CancellationToken abort)
    {
        var lines = Channel.CreateUnbounded<string>();
        // nothing interrupts the reading of a terminal, so it must not hold up the end
        new Thread(() => Read(input, lines.Writer)) { IsBackground = true, Name = "requests" }.Start();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(() => stopped.TrySetResult());
        while (search.NextLeft() is { } left) queue.Add(left);
        var more = lines.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        while (true)
        {
            while (queue.HasRoom && queue.HasWaiting && !stop.IsCancellationRequested) queue.Start(stop, abort);
            bool ended = stop.IsCancellationRequested || (more.IsCompleted && !await more.ConfigureAwait(false));
            if (ended && queue.IsIdle) return;
            List<Task> any = [];
            if (!ended) any.AddRange([more, stopped.Task]);
            if (!queue.IsIdle) any.Add(queue.Ended);
            await Task.WhenAny(any).ConfigureAwait(false);
            foreach (var trial in await queue.TakeEndedAsync().ConfigureAwait(false)) Tell(trial, output);
            if (ended || !more.IsCompleted || !await more.ConfigureAwait(false)) continue;
            while (lines.Reader.TryRead(out string? line)) Take(line, output);
            more = lines.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        }
    }

    private static void Read(TextReader input, ChannelWriter<string> lines)
    {
        try
        {
            while (input.ReadLine() is { } line) lines.TryWrite(line);
        }
        catch (IOException)
        {
            // as if it had ended
        }
        lines.Complete();
    }

    private void Take(string line, TextWriter output)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        try
        {
            var json = DocumentReader.Parse(Encoding.UTF8.GetBytes(line), "request", DocumentKind.Record);
            json.AllowOnly(Requests);
            if (json.Members().Count() != 1) throw json.Error("one of train, status is expected.");
            if (json.Find("train") is { } setting) Train(setting, output);
            else Status(json, output);
        }
        catch (MbMixException e)
        {
            Write(output, new JsonObject { ["error"] = OneLine.Of(e) });
        }
    }

    // { "train": { "algo.horizon": 16, ... } }
    private void Train(DocumentValue json, TextWriter output)
    {
        var setting = search.Terms.Space.Read(json);
        var trial = search.Trials.FirstOrDefault(t => t.Setting == setting);
        if (trial is null)
        {
            check(setting);
            var job = search.Add(setting);
            trial = job.Trial;
            queue.Add(job);
        }
        unanswered[trial] = unanswered.GetValueOrDefault(trial) + 1;
        if (trial.Stage != TrialStage.Running) Tell(trial, output);
    }

    // { "status": true }
    private void Status(DocumentValue json, TextWriter output)
    {
        json.Get("status", "true").Flag();
        Write(output, AskTell.StatusOf(search));
    }

    private void Tell(Trial trial, TextWriter output)
    {
        if (!unanswered.Remove(trial, out int times)) return;
        for (int i = 0; i < times; i++) Write(output, Describe(trial));
    }

    private JsonObject Describe(Trial trial)
    {
        var answer = new JsonObject { ["trial"] = trial.Number };
        if (trial.Stage == TrialStage.Failed)
        {
            answer["error"] = trial.Reason;
        }
        else
        {
            answer["value"] = trial.Value;
            var seeds = new JsonObject();
            foreach (long seed in search.Terms.SeedNumbers)
                seeds[seed.ToString(CultureInfo.InvariantCulture)] = trial.RunValue(0, seed);
            answer["seeds"] = seeds;
        }
        answer["setting"] = search.Terms.Space.ToJson(trial.Setting);
        return answer;
    }

    private static void Write(TextWriter output, JsonObject answer)
    {
        output.WriteLine(answer.ToJsonString(AskTell.Plain));
        output.Flush();
    }
}
