using System.CommandLine;
using MbMix.Benchmarks.Cluster;
using MbMix.Benchmarks.Embedding;
using MbMix.Benchmarks.Models;
using MbMix.Benchmarks.Searches;
using MbMix.Benchmarks.Viewers;

namespace MbMix.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
        => new RootCommand(
            "Measurements of MbMix. Absolute figures depend on the machine; compare only figures of the same run.")
        {
            ThroughputCommand.Create(),
            NetworksCommand.Create(),
            WidthsCommand.Create(),
            KernelsCommand.Create(),
            MujocoCommand.Create(),
            ModelsCommand.Create(),
            ModelsCommand.CreateProbe(),
            DifferencesCommand.Create(),
            MicroCommand.Create(),
            MemoryCommand.Create(),
            GuardCommand.Create(),
            ModelCommand.Create(),
            SacCommand.Create(),
            EmbeddingCommand.Create(),
            DashboardCommand.Create(),
            ClothCommand.Create(),
            SearchCommand.Create(),
            CurvesCommand.Create(),
            StormCommand.Create(),
            RateCommand.Create(),
            PartitionCommand.Create(),
        }.Parse(args).Invoke();
}
