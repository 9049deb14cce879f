using System.Text.Json;
using System.Text.Json.Nodes;

namespace MbMix.Dashboard;

/// <summary>
/// Looks at a cluster once a second, as long as it is polled. What was seen last stays while the cluster is away.
/// </summary>
internal sealed class ClusterFeed(ClusterReader read, CancellationToken stop)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Stale = TimeSpan.FromSeconds(5);

    private JsonObject? state;
    private DateTime seen, asked;
    private string? trouble;
    private Task<JsonObject>? asking;

    /// <summary>Takes an answer, and asks again if it is time.</summary>
    /// <returns>Whether there is something new.</returns>
    public bool Poll()
    {
        bool news = false;
        if (asking is { IsCompleted: true } answered)
        {
            asking = null;
            news = Take(answered);
        }
        if (asking is null && DateTime.UtcNow - asked >= Period && !stop.IsCancellationRequested)
        {
            asked = DateTime.UtcNow;
            asking = Task.Run(() => read(stop), stop);
        }
        return news;
    }

    /// <summary>Forgets what nobody has looked at for a while.</summary>
    public void Refresh()
    {
        if (DateTime.UtcNow - seen >= Stale) (state, trouble) = (null, null);
    }

    /// <summary>Writes what was seen last, and when.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("cluster");
        if (trouble is not null) json.WriteString("trouble", trouble);
        if (state is not null)
        {
            json.WriteNumber("seen", new DateTimeOffset(seen).ToUnixTimeMilliseconds());
            json.WritePropertyName("state");
            state.WriteTo(json);
        }
        json.WriteEndObject();
    }

    private bool Take(Task<JsonObject> answered)
    {
        if (answered.IsCompletedSuccessfully)
        {
            (state, seen, trouble) = (answered.Result, DateTime.UtcNow, null);
            return true;
        }
        string reason = answered.Exception is { } exception ? OneLine.Of(exception) : "no answer";
        if (reason == trouble) return false;
        trouble = reason;
        return true;
    }
}
