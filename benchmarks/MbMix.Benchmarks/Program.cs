using System.CommandLine;

namespace MbMix.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
        => new RootCommand("Measurements of MbMix. Absolute figures move with the machine; compare figures of one run.") { ThroughputCommand.Create(), MicroCommand.Create(), NetworksCommand.Create() }.Parse(args).Invoke();
}
