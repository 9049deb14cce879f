using System.Runtime.CompilerServices;
using TorchSharp;

namespace MbMix.Tests.Support;

internal static class LearningThreads
{
    // two intra-op threads give other bits than one, and spin when anything else runs
    [ModuleInitializer]
    internal static void One() => torch.set_num_threads(1);
}
