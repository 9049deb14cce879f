using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>
/// Asks a coordinator. What is not answered, because the coordinator is starting or was killed, is asked again: every
/// request has the same effect twice as once.
/// </summary>
internal sealed class ClusterClient : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(1);

    // a machine that is gone without a word would otherwise be waited for until the system gives up
    private static readonly TimeSpan Word = TimeSpan.FromSeconds(30), File = TimeSpan.FromMinutes(30);

    // a coordinator that is started again is no news; one that stays away is, but not every second
    private const int News = 5_000, Again = 60_000;

    private readonly HttpClient http;
    private readonly Uri address;
    private readonly TimeSpan patience;
    private readonly Action<string>? say;
    private readonly string? trusted;
    private readonly Lock gate = new();
    private (string Trouble, long Time) said = ("", 0);

    /// <summary>Prepares to ask.</summary>
    /// <param name="address">The coordinator.</param>
    /// <param name="patience">How long to ask again.</param>
    /// <param name="say">Is told what is waited for, if it takes longer; null for nobody.</param>
    /// <exception cref="ConfigurationException">Token or certificate cannot be read or kept secret.</exception>
    public ClusterClient(ClusterAddress address, TimeSpan patience, Action<string>? say = null)
    {
        this.say = say;
        this.address = address.Uri;
        trusted = address.Certificate;
        this.patience = patience;
        string? token = ClusterToken.Read(address.TokenFile);
        if (token is not null && address.Uri is { Scheme: "http", IsLoopback: false })
            throw new ConfigurationException(
                $"The token would travel readable to {address.Uri.Host}: use https://{address.Uri.Authority}.");
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // requests are repeated several times a second for days: they are no spans of their own
            ActivityHeadersPropagator = null,
        };
        if (address.Certificate is { } file) Trust(handler, file);
        http = new HttpClient(handler) { BaseAddress = address.Uri, Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks for something.</summary>
    /// <param name="path">What, with its query.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="MbMixException">The coordinator refuses, or is not there.</exception>
    public Task<T> GetAsync<T>(string path, CancellationToken stop) =>
        RepeatAsync(() => new HttpRequestMessage(HttpMethod.Get, PathOf(path)), Read<T>, Word, stop);

    /// <summary>Says something.</summary>
    /// <param name="path">To what.</param>
    /// <param name="message">The message.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="MbMixException">The coordinator refuses, or is not there.</exception>
    public Task<T> PostAsync<T>(string path, object message, CancellationToken stop)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(message, Wire.Json);
        return RepeatAsync(
            () => new HttpRequestMessage(HttpMethod.Post, PathOf(path)) { Content = new ByteArrayContent(body) },
            Read<T>, Word, stop);
    }

    /// <summary>Sends those files that the coordinator does not have.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="hashes">Their hashes.</param>
    /// <param name="stop">Gives up.</param>
    public async Task SendAsync(BlobStore store, IEnumerable<string> hashes, CancellationToken stop)
    {
        string[] all = [.. hashes.Distinct()];
        if (all.Length == 0) return;
        foreach (string hash in await PostAsync<string[]>("missing", all, stop).ConfigureAwait(false))
        {
            await RepeatAsync(
                () => new HttpRequestMessage(HttpMethod.Put, PathOf("files/" + hash))
                {
                    Content = new StreamContent(System.IO.File.OpenRead(store.PathOf(hash))),
                },
                (_, _) => Task.FromResult(true), File, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches a file unless it is there.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="file">The file.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="LostFileException">It is gone; the coordinator has taken note of that.</exception>
    public async Task FetchAsync(BlobStore store, FileEntry file, CancellationToken stop)
    {
        try
        {
            await GetFileAsync(store, file, stop).ConfigureAwait(false);
        }
        catch (RefusedException e) when (e.IsAbsent)
        {
            await PostAsync<int>("lost", new[] { file.Hash }, stop).ConfigureAwait(false);
            throw new LostFileException(file.Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private Task GetFileAsync(BlobStore store, FileEntry file, CancellationToken stop) => store.Has(file.Hash)
        ? Task.CompletedTask
        : RepeatAsync(
            () => new HttpRequestMessage(HttpMethod.Get, PathOf("files/" + file.Hash)),
            async (content, cancel) =>
            {
                var stream = await content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
                await using (stream.ConfigureAwait(false))
                {
                    await store.PutAsync(file.Hash, stream, file.Size, cancel).ConfigureAwait(false);
                }
                return true;
            },
            File, stop);

    private static string PathOf(string path) => $"{Wire.Version}/{path}";

    private static async Task<T> Read<T>(HttpContent content, CancellationToken stop)
    {
        var stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return (await JsonSerializer.DeserializeAsync<T>(stream, Wire.Json, stop).ConfigureAwait(false))!;
        }
    }

    private static void Trust(SocketsHttpHandler handler, string file)
    {
        if (!System.IO.File.Exists(file))
            throw new ConfigurationException($"There is no certificate {OneLine.Path(file)}.");
        try
        {
            byte[] known = X509CertificateLoader.LoadCertificateFromFile(file).RawData;
            // exactly this one, whatever name the coordinator is reached by
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(known),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            throw new ConfigurationException($"{OneLine.Path(file)} is not a certificate: {OneLine.Of(e)}", e);
        }
    }

    private async Task<T> RepeatAsync<T>(
        Func<HttpRequestMessage> request, Func<HttpContent, CancellationToken, Task<T>> read, TimeSpan limit,
        CancellationToken stop)
    {
        long start = Environment.TickCount64;
        bool reached = false;
        for (var pause = First; ; pause = pause * 1.5 < Longest ? pause * 1.5 : Longest)
        {
            string trouble;
            bool answered = false;
            try
            {
                using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
                late.CancelAfter(limit);
                using var message = request();
                if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } span })
                    message.Headers.TryAddWithoutValidation("traceparent", span);
                using var answer = await http
                    .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, late.Token).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return await read(answer.Content, late.Token).ConfigureAwait(false);
                string reason = await answer.Content.ReadAsStringAsync(late.Token).ConfigureAwait(false);
                if (reason.Length == 0) reason = answer.ReasonPhrase ?? "no reason given";
                reason = OneLine.Limit(reason, taken: 80);
                answered = true;
                if (answer.StatusCode == HttpStatusCode.NotFound && reason == answer.ReasonPhrase)
                    throw new MbMixException(
                        $"What answers at {address.Authority} is no coordinator of this version: give another address.");
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    throw new RefusedException(answer.StatusCode, $"{address.Authority} says: {reason}");
                trouble = reason;
            }
            catch (HttpRequestException e)
            {
                trouble = Explain(e);
                reached = e.HttpRequestError
                    is HttpRequestError.SecureConnectionError or HttpRequestError.InvalidResponse;
            }
            catch (Exception e) when (e is IOException or JsonException)
            {
                trouble = OneLine.Of(e);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                trouble = "no answer";
            }
            if (Environment.TickCount64 - start >= patience.TotalMilliseconds)
                throw new MbMixException(answered
                    ? $"The coordinator at {address.Authority} cannot do it now: {trouble}"
                    : reached
                    ? $"Whoever answers at {address.Authority} cannot be understood: {trouble}"
                    : $"There is no coordinator at {address.Authority} ({trouble}): start one with `mbmix cluster "
                        + "serve`, or give another address.");
            if (Environment.TickCount64 - start >= News) Say(trouble);
            await Task.Delay(pause, stop).ConfigureAwait(false);
        }
    }

    private string Explain(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError when trusted is null =>
            "no TLS that this machine trusts; name its certificate with --certificate, or leave https:// out",
        HttpRequestError.SecureConnectionError =>
            $"no TLS with the certificate in {OneLine.Path(trusted)}; is it the coordinator's?",
        HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded when address.Scheme == "http" =>
            "no answer in HTTP; with TLS, write https:// before the host",
        _ => OneLine.Of(e),
    };

    // several requests wait for the same thing
    private void Say(string trouble)
    {
        if (say is null) return;
        lock (gate)
        {
            long now = Environment.TickCount64;
            if (said.Trouble == trouble && now - said.Time < Again) return;
            said = (trouble, now);
        }
        say($"waits for {address.Authority}: {trouble}");
    }
}
