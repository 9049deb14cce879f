using System.Net;
using System.Net.Sockets;

namespace MbMix.Tests.Support;

/// <summary>Passes connections on, and cuts the first one that carries much in the middle.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int target, most;
    private int armed = 1, cut;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">Port of loopback that connections are passed on to.</param>
    /// <param name="most">Bytes in one direction after which a connection is cut.</param>
    public CuttingProxy(int target, int most)
    {
        (this.target, this.most) = (target, most);
        listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <summary>Number of connections that were cut.</summary>
    public int Cut => Volatile.Read(ref cut);

    /// <summary>Cuts one more.</summary>
    public void Again() => Interlocked.Exchange(ref armed, 1);

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync(stop.Token);
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(IPAddress.Loopback, target, stop.Token);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[1 << 14];
        long passed = 0;
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer);
                if (read == 0) break;
                passed += read;
                if (passed > most && Interlocked.Exchange(ref armed, 0) == 1)
                {
                    Interlocked.Increment(ref cut);
                    break;
                }
                for (int sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // either side has closed
        }
        from.Dispose();
        to.Dispose();
    }
}
