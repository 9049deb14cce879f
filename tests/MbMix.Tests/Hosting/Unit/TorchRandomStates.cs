using MbMix.Hosting;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>libtorch ends the process when it is given an impossible generator state: none may reach it.</summary>
[Collection(HostRuns.Collection)]
public sealed class TorchRandomStates
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(623)]
    [InlineData(624)]
    [InlineData(625)]
    public void The_state_after_any_number_of_draws_is_accepted(int draws)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(5);
        for (int i = 0; i < draws; i++) torch.randint(1 << 20, [1]);
        var state = torch.random.get_rng_state();
        TorchRandomState.Require(state);
        torch.random.set_rng_state(state);
    }

    [Theory]
    [InlineData(8, 0)] // no word left, and a new block is not due either
    [InlineData(9, 255)]
    [InlineData(12, 0)] // never seeded
    [InlineData(17, 255)]
    [InlineData(23, 64)]
    public void An_impossible_state_is_refused(int place, byte value)
    {
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(5);
        torch.randint(1 << 20, [1]);
        var state = torch.random.get_rng_state();
        byte[] bytes = state.data<byte>().ToArray();
        bytes[place] = value;
        if (place == 8) bytes[9] = 0;
        Assert.Contains(
            "random number generator", Assert.Throws<MbMixException>(
                () => TorchRandomState.Require(torch.tensor(bytes))).Message, StringComparison.Ordinal);
    }
}
