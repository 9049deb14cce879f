using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace MbMix.Tests.Support;

/// <summary>A collector of OpenTelemetry: takes what is sent as http/protobuf, and reads as much of it as tests need.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> taken = new();

    public OtlpReceiver()
    {
        Address = $"http://127.0.0.1:{MbMix.Cluster.EmbeddedStore.FreePort()}";
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = Task.Run(ListenAsync);
    }

    public string Address { get; }

    /// <summary>Paths that were asked for.</summary>
    public IReadOnlySet<string> Paths => taken.Select(t => t.Path).ToHashSet();

    /// <summary>Name and unit of each metric, with the service that sent it.</summary>
    public IReadOnlySet<(string Service, string Name, string Unit)> Metrics => (
        from resource in Resources("/v1/metrics")
        from scope in Fields(resource, 2)
        from metric in Fields(scope, 2)
        select (Service(resource), Text(metric, 1), Text(metric, 3))).ToHashSet();

    /// <summary>The spans, with the service that sent them.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
    [
        .. from resource in Resources("/v1/traces")
           from scope in Fields(resource, 2)
           from span in Fields(scope, 2)
           select new OtlpSpan(
               Service(resource), Text(span, 5), Id(span, 1), Id(span, 2), Id(span, 4),
               Fields(span, 9).ToDictionary(a => Text(a, 1), a => Text(Fields(a, 2).Single(), 1))),
    ];

    public void Dispose() => listener.Close();

    private static string Service(byte[] resource) => (
        from attribute in Fields(Fields(resource, 1).Single(), 1)
        where Text(attribute, 1) == "service.name"
        select Text(Fields(attribute, 2).Single(), 1)).Single();

    private static string Text(byte[] message, int number) =>
        Fields(message, number) is [var one, ..] ? Encoding.UTF8.GetString(one) : "";

    private static string Id(byte[] message, int number) =>
        Fields(message, number) is [var one] ? Convert.ToHexStringLower(one) : "";

    // the fields of a message that have a length
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        int at = 0;
        ulong Number()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 127) << shift;
                if (next < 128) return value;
            }
        }
        while (at < message.Length)
        {
            ulong key = Number();
            switch (key & 7)
            {
                case 0: Number(); break;
                case 1: at += 8; break;
                case 5: at += 4; break;
                case 2:
                    int length = (int)Number();
                    if ((int)(key >> 3) == number) found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                default: throw new InvalidDataException("this is no message of protobuf.");
            }
        }
        return found;
    }

    private IEnumerable<byte[]> Resources(string path) =>
        taken.Where(t => t.Path == path).SelectMany(t => Fields(t.Body, 1));

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                taken.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // it was closed
        }
    }
}
