using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;

namespace MbMix.Cluster;

/// <summary>
/// A server of the Redis protocol inside this process, for loopback alone. It answers once a change is in its log on
/// disk, and reads the log when it is started again.
/// </summary>
internal sealed class EmbeddedStore : IDisposable
{
    private readonly GarnetServer server;

    private EmbeddedStore(string folder, int port)
    {
        Port = port;
        Directory.CreateDirectory(folder);
        // it greets with a picture
        var console = Console.Out;
        Console.SetOut(TextWriter.Null);
        // the default device wants a library that few systems have; scripts are what grain storage needs
        try
        {
            server = new GarnetServer(
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
                "--aof", "--aof-commit-freq", "0", "--aof-commit-wait", "--lua",
                "--checkpointdir", folder, "--recover", "--device-type", "RandomAccess",
                "--memory", "256m", "--page", "4m", "--index", "8m",
                "--aof-page-size", "8m", "--aof-memory", "32m", "--aof-size-limit", "64m",
                "--fail-on-recovery-error", "--disable-console-logger",
            ]);
            server.Start();
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    /// <summary>Starts the server.</summary>
    /// <param name="folder">Folder of its log.</param>
    /// <param name="port">Port on loopback; 0 for a free one.</param>
    /// <exception cref="MbMixException">It cannot be started.</exception>
    public static EmbeddedStore Start(string folder, int port = 0)
    {
        OwnFolder.Require(folder, "AOF", "store");
        try
        {
            return new EmbeddedStore(folder, port == 0 ? FreePort() : port);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or MbMixException))
        {
            // the server throws what it likes, plain exceptions among them
            throw new MbMixException(
                $"The store in {OneLine.Path(folder)} cannot be started: {OneLine.Of(e)} If its files are damaged, "
                + "put back a copy, or choose another folder and submit the sweeps again.",
                e);
        }
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Returns a port of loopback that nobody uses now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <inheritdoc/>
    public void Dispose() => server.Dispose();
}
