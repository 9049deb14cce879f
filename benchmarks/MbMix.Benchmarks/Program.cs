using System.CommandLine;
using MbMix.Benchmarks.Embedding;

namespace MbMix.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
        => new RootCommand(
            "Measurements of MbMix. Absolute figures depend on the machine; compare only figures of the same run.")
        {
            ThroughputCommand.Create(),
            NetworksCommand.Create(),
            MujocoCommand.Create(),
            DifferencesCommand.Create(),
            MicroCommand.Create(),
            MemoryCommand.Create(),
            GuardCommand.Create(),
            ModelCommand.Create(),
            EmbeddingCommand.Create(),
        }.Parse(args).Invoke();
}
