using TorchSharp;

namespace MbMix.Tests.Unit;

public sealed class TorchLoads
{
    [Fact]
    public void A_tensor_can_be_made()
    {
        try
        {
            using var x = torch.ones(3);
            Assert.Equal(3f, x.sum().item<float>());
        }
        catch (TypeInitializationException e)
        {
            // the loader's own message is misleading; the inner one names the library that would not load
            Assert.Fail("libtorch did not load: " + (e.InnerException ?? e));
        }
    }
}
