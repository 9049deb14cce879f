using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MbMix.Dashboard;

/// <summary>
/// Serves a page that shows runs while they are trained, to browsers on this machine that know its address. It reads
/// the files of the runs, so a run may be trained in this process or in any other; and a cluster, if it is given one.
/// </summary>
public sealed class DashboardServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private readonly RunFeed feed;
    private readonly KestrelServer server;

    private DashboardServer(int port, ReplayMaker? replays)
    {
        var gate = new Gate();
        byte[] page = LivePage.Write();
        feed = new RunFeed(replays is not null);
        // no host and no configuration: nothing in the environment of the process changes where the server listens
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = 100;
        options.Limits.MaxRequestBodySize = 0;
        options.Listen(IPAddress.Loopback, port, o => o.Protocols = HttpProtocols.Http1);
        var logs = NullLoggerFactory.Instance;
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs);
        server = new KestrelServer(Options.Create(options), transport, logs);
        var application = new DashboardApplication(page, gate, feed, replays, stopping.Token);
        try
        {
            server.StartAsync(application, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            Dispose();
            string reason = e.InnerException is AddressInUseException || e is AddressInUseException
                ? "another program is using it" : OneLine.Of(e);
            throw new MbMixException(
                FormattableString.Invariant($"The live page cannot use port {port}: {reason}. ")
                + "Choose another port, or leave it out for a free one.",
                e);
        }
        var address = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        application.Port = address.Port;
        Address = new Uri(address, gate.Token + "/");
    }

    /// <summary>Address of the page. Whoever knows it may look, so it is for the user alone.</summary>
    public Uri Address { get; }

    /// <summary>Starts to serve a page without runs.</summary>
    /// <param name="port">Port to listen on; 0 for a free one.</param>
    /// <param name="replays">Makes pages that replay the newest policy of a run; null for none.</param>
    /// <exception cref="MbMixException">
    /// The port cannot be used, or the program was built without the library that draws charts.
    /// </exception>
    public static DashboardServer Start(int port = 0, ReplayMaker? replays = null) => new(port, replays);

    /// <summary>Shows the runs at a path.</summary>
    /// <param name="path">
    /// A run folder, or a folder that holds some, such as that of a comparison. Runs in it may be made later.
    /// </param>
    /// <exception cref="ConfigurationException">The text is no path.</exception>
    public void Show(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        feed.Add(UserPath.Full(path, "the folder of the runs"));
    }

    /// <summary>Shows a cluster beside the runs. It is asked while somebody looks at the page.</summary>
    public void Follow(ClusterReader cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        feed.Follow(cluster);
    }

    /// <summary>Ends all connections and stops to listen.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        feed.Dispose();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            server.StopAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // a viewer that does not let go does not hold up whoever has trained
        }
        server.Dispose();
    }
}
