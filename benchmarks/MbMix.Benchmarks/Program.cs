using System.CommandLine;

namespace MbMix.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
        => new RootCommand("Measurements of MbMix. Absolute figures move with the machine; compare figures of one run.")
        {
            ThroughputCommand.Create(),
            NetworksCommand.Create(),
            MujocoCommand.Create(),
            DifferencesCommand.Create(),
            MicroCommand.Create(),
            MemoryCommand.Create(),
        }.Parse(args).Invoke();
}
