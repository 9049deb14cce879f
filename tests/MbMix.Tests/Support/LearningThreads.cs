using System.Reflection;
using TorchSharp;
using Xunit.v3;

[assembly: MbMix.Tests.Support.LearningThreads]

namespace MbMix.Tests.Support;

/// <summary>
/// Runs every test with one libtorch thread: two give other bits than one, and spin when anything else runs. The setting is repeated for
/// each test because OpenMP keeps it per thread.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class LearningThreadsAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => torch.set_num_threads(1);
}
