using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MbMix.Comparison;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Dashboard;
using StackExchange.Redis;
using IServer = Microsoft.AspNetCore.Hosting.Server.IServer;

namespace MbMix.Cluster;

/// <summary>
/// A coordinator: the silo with the ledger, the store that the ledger is written to, the files of the runs, and the
/// endpoints that runners and commands talk to.
/// </summary>
internal sealed class ClusterServer : IAsyncDisposable
{
    private const int LongestFailure = 10_000;
    private const string LockName = "serve.lock";

    private static readonly TimeSpan Housekeeping = TimeSpan.FromMinutes(1), Fresh = TimeSpan.FromMinutes(10),
        Farewell = TimeSpan.FromSeconds(1);

    private readonly EmbeddedStore? embedded;
    private readonly FileStream held;
    private readonly WebApplication application;
    private readonly CancellationTokenSource ended = new();
    private readonly TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task housekeeping = Task.CompletedTask;
    private long failing;
    private IConnectionMultiplexer? redis;

    private ClusterServer(ClusterServeOptions options, bool sameBuild)
    {
        OwnFolder.Require(options.Folder, LockName, "coordinator");
        held = Hold(options.Folder);
        try
        {
            string? token = ClusterToken.Read(options.TokenFile);
            var address = RequireSafe(options, token);
            embedded = options.Redis is null ? EmbeddedStore.Start(Path.Combine(options.Folder, "store")) : null;
            string store = options.Redis ?? FormattableString.Invariant($"127.0.0.1:{embedded!.Port}");
            application = Build(options, address, store, token, sameBuild);
        }
        catch
        {
            embedded?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Address that it answers at.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Starts a coordinator.</summary>
    /// <param name="options">How to run it.</param>
    /// <param name="sameBuild">
    /// Whether runners must be of this program's build. What a run needs is compared with its runner in any case.
    /// </param>
    /// <exception cref="MbMixException">The port or the folder is taken, or the store does not answer.</exception>
    public static async Task<ClusterServer> StartAsync(ClusterServeOptions options, bool sameBuild = true)
    {
        var server = new ClusterServer(options, sameBuild);
        try
        {
            await server.application.StartAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new MbMixException(
                $"The coordinator cannot listen on {OneLine.Value(options.Listen)}: {OneLine.Of(e)}. Choose an address "
                + "of this machine, or 0.0.0.0 for all of them.",
                e);
        }
        catch (Exception e) when (e is IOException or AddressInUseException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            string reason = e.InnerException is AddressInUseException || e is AddressInUseException
                ? "another program is using it" : OneLine.Of(e);
            throw new MbMixException(
                FormattableString.Invariant($"The coordinator cannot use port {options.Port}: {reason}. ")
                + "Choose another port, or 0 for a free one.",
                e);
        }
        var addresses = server.application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        try
        {
            // the ledger is read now, and not when the first runner asks
            await server.Coordinator.DescribeAsync().ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new MbMixException(
                options.Redis is { } store
                    ? $"The coordinator has no store at {OneLine.Value(store)} ({OneLine.Of(e)}): start it there, or "
                        + "name another one with --redis."
                    : $"The coordinator has no store: {OneLine.Of(e)}",
                e);
        }
        server.housekeeping = server.KeepHouseAsync();
        return server;
    }

    /// <summary>The grain.</summary>
    public ICoordinator Coordinator =>
        application.Services.GetRequiredService<IGrainFactory>().GetGrain<ICoordinator>(0);

    /// <summary>Waits until it is stopped.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="MbMixException">The built-in store is broken until it is started again.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        await broken.Task.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (broken.Task.IsFaulted) await broken.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await housekeeping.ConfigureAwait(false);
        var stopped = application.DisposeAsync().AsTask();
        // the ledger would wait long for a store that is broken
        if (broken.Task.IsCompleted) await Task.WhenAny(stopped, Task.Delay(Farewell)).ConfigureAwait(false);
        else await stopped.ConfigureAwait(false);
        if (redis is not null) await redis.DisposeAsync().ConfigureAwait(false);
        // a store that could not write would wait for its last write for ever
        if (!broken.Task.IsCompleted) embedded?.Dispose();
        await held.DisposeAsync().ConfigureAwait(false);
        ended.Dispose();
    }

    // every checkpoint replaces files that nobody needs afterwards
    private async Task KeepHouseAsync()
    {
        var files = application.Services.GetRequiredService<BlobStore>();
        while (true)
        {
            try
            {
                await Task.Delay(Housekeeping, ended.Token).ConfigureAwait(false);
                // a file that arrives now is younger than this, and may be needed by what is told later
                var before = DateTime.UtcNow - Fresh;
                files.Sweep(await Coordinator.HashesInUseAsync().ConfigureAwait(false), before);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is MbMixException or OrleansException or IOException or TimeoutException
                or UnauthorizedAccessException)
            {
                // without the store or a disk there is nothing to tidy up
            }
        }
    }

    // two coordinators with one folder would delete each other's files
    private static FileStream Hold(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new MbMixException(
                $"{OneLine.Path(folder)} is in use by another coordinator: end it, or choose another folder.", e);
        }
    }

    private static IPAddress RequireSafe(ClusterServeOptions options, string? token)
    {
        string shown = OneLine.Value(options.Listen);
        if (!IPAddress.TryParse(options.Listen, out var address))
            throw new ConfigurationException(
                $"{shown} is not an address of this machine: digits such as 127.0.0.1 or 0.0.0.0 are expected.");
        if (options.Dashboard && (token is not null || !IPAddress.IsLoopback(address)))
            throw new ConfigurationException(
                "The dashboard asks for no token: use it on 127.0.0.1 and without a token, or leave it out.");
        if (IPAddress.IsLoopback(address)) return address;
        if (token is null)
            throw new ConfigurationException(
                $"The coordinator listens on {shown} only with a token, because others could reach it: put one into "
                + $"the variable {ClusterAddress.TokenVariable} or into a file (--token-file).");
        if (options.Certificate is null)
            throw new ConfigurationException(
                $"The coordinator listens on {shown} only with TLS, because others could read the token: name a PEM "
                + "file with certificate and key (--certificate).");
        return address;
    }

    private WebApplication Build(
        ClusterServeOptions options, IPAddress address, string store, string? token, bool sameBuild)
    {
        // an empty builder: nothing in the environment of the process changes where the server listens
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.WebHost.UseKestrelCore();
        if (options.Certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Wire.LongestMessage;
            kestrel.Listen(address, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (options.Certificate is { } file) listen.UseHttps(ReadCertificate(file));
            });
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => new LedgerGauges());
        builder.Services.AddSingleton(new LedgerOptions { Lease = options.Lease });
        builder.Services.AddSingleton(new BlobStore(Path.Combine(options.Folder, "files")));
        builder.Services.AddTransient<ILedgerStore>(_ => new RedisLedgerStore(() => ConnectAsync(store), Opened));
        builder.UseOrleans(silo =>
        {
            int port = EmbeddedStore.FreePort();
            var end = new IPEndPoint(IPAddress.Loopback, port);
            // one silo per coordinator and no clients outside of it: no gateway
            silo.UseLocalhostClustering(port, gatewayPort: 0, primarySiloEndpoint: end);
            if (options.Dashboard) silo.AddDashboard();
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("mbmix", "mbmix"));
        });
        var app = builder.Build();
        app.UseRouting();
        new ClusterEndpoints(app.Services, token, sameBuild).Map(app);
        if (options.Dashboard) app.MapOrleansDashboard("/dashboard");
        app.UseEndpoints(_ => { });
        return app;
    }

    // once it could not write, the built-in store refuses everything; its log is whole up to what was answered
    private void Opened(StoreException? trouble)
    {
        if (embedded is null) return;
        long now = Environment.TickCount64;
        if (trouble is null) Interlocked.Exchange(ref failing, 0);
        else if (Interlocked.CompareExchange(ref failing, now, 0) is > 0 and var since && now - since >= LongestFailure)
            broken.TrySetException(new MbMixException(
                $"The store of the coordinator is broken ({OneLine.Of(trouble)}): make room if its disk is full, and "
                + "start the coordinator again. Nothing that was answered is lost.",
                trouble));
    }

    private static X509Certificate2 ReadCertificate(string file)
    {
        if (!File.Exists(file)) throw new ConfigurationException($"There is no certificate {OneLine.Path(file)}.");
        try
        {
            return X509Certificate2.CreateFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException or ArgumentException)
        {
            throw new ConfigurationException(
                $"{OneLine.Path(file)} is not a PEM file with certificate and private key: {OneLine.Of(e)}", e);
        }
    }

    private async Task<IConnectionMultiplexer> ConnectAsync(string store)
    {
        if (redis is not null) return redis;
        var options = ConfigurationOptions.Parse(store);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 2000;
        options.AsyncTimeout = options.SyncTimeout = 10_000;
        return redis = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
    }
}
