using System.ComponentModel;
using System.Diagnostics;

namespace MbMix.Benchmarks.Cluster;

/// <summary>
/// Network namespaces of Linux as machines with an address each, joined by a bridge in one more namespace. Nothing of
/// the network outside is touched, and all of it is gone afterwards.
/// </summary>
internal sealed class Namespaces : IDisposable
{
    private readonly string prefix = $"mbmix{Environment.ProcessId}";
    private readonly List<string> made = [];

    /// <summary>Makes the machines.</summary>
    /// <exception cref="MbMixException">It needs root, or the command <c>ip</c>.</exception>
    public Namespaces(int machines)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            throw new MbMixException("Network namespaces need Linux and root: start this with sudo.");
        try
        {
            Add(Hub);
            Run("-n", Hub, "link", "add", "bridge", "type", "bridge");
            Run("-n", Hub, "link", "set", "bridge", "up");
            for (int i = 0; i < machines; i++)
            {
                string name = Name(i);
                Add(name);
                Run("link", "add", Link(i), "netns", Hub, "type", "veth", "peer", "name", "eth0", "netns", name);
                Run("-n", Hub, "link", "set", Link(i), "master", "bridge", "up");
                Run("-n", name, "address", "add", Address(i) + "/24", "dev", "eth0");
                Run("-n", name, "link", "set", "eth0", "up");
                Run("-n", name, "link", "set", "lo", "up");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Hub => prefix + "hub";

    /// <summary>Address of a machine.</summary>
    public static string Address(int machine) => $"10.77.0.{machine + 1}";

    /// <summary>The command line by which a program runs on a machine.</summary>
    public string[] On(int machine, string program, params string[] arguments) =>
        ["ip", "netns", "exec", Name(machine), program, .. arguments];

    /// <summary>Pulls the plug of a machine: the link that it sees goes down.</summary>
    public void Cut(int machine) => Run("-n", Hub, "link", "set", Link(machine), "down");

    /// <summary>Plugs a machine in again.</summary>
    public void Mend(int machine) => Run("-n", Hub, "link", "set", Link(machine), "up");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string name in made) Run("netns", "delete", name);
        made.Clear();
    }

    private static string Link(int machine) => $"link{machine}";

    private static void Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new MbMixException($"`ip {string.Join(' ', arguments)}` failed: {error}");
        }
        catch (Win32Exception e)
        {
            throw new MbMixException("Network namespaces need the command ip (package iproute2).", e);
        }
    }

    private string Name(int machine) => $"{prefix}n{machine}";

    private void Add(string name)
    {
        Run("netns", "add", name);
        made.Add(name);
    }
}
