using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Determinism;

/// <summary>Through the binding, MuJoCo computes bit for bit what it computes for a C program.</summary>
public sealed class MujocoEqualsC
{
    public static TheoryData<string> Models => [.. MujocoReference.Loadable];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task State_sensors_frames_tendons_and_contacts_over_a_thousand_steps(string name)
    {
        string file = MujocoReference.Model(name);
        var reference = await MujocoReference.RunAsync("hash", file, "1000");
        Assert.True(reference.Code == 0, reference.Error);

        using var model = MjModel.FromFile(file);
        Assert.Equal(reference.Output.Trim(), MujocoReference.Hash(model, 1000));
    }

    [Fact]
    public async Task The_hash_notices_a_change_of_the_last_bit()
    {
        using var model = MjModel.FromFile(MujocoReference.Model("leg"));
        string before = MujocoReference.Hash(model, 10);
        model.Timestep = double.BitIncrement(model.Timestep);
        Assert.NotEqual(before, MujocoReference.Hash(model, 10));
        var reference = await MujocoReference.RunAsync("hash", MujocoReference.Model("leg"), "10");
        Assert.Equal(reference.Output.Trim(), before);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_restored_state_continues_bit_for_bit(string name)
    {
        using var model = MjModel.FromFile(MujocoReference.Model(name));
        using MjData first = new(model), second = new(model);
        var saved = new double[model.StateSize];
        first.Ctrl.Fill(0.25);
        first.Step(20);
        first.QfrcApplied.Fill(0.125);
        first.UserData.Fill(7);
        first.GetState(saved);
        first.Step(50);

        // what was before makes no difference
        second.Ctrl.Fill(-1);
        second.Step(33);
        second.SetState(saved);
        second.Step(50);
        Assert.Equal(first.Time, second.Time);
        Assert.Equal(first.Qpos, second.Qpos);
        Assert.Equal(first.Qvel, second.Qvel);
        Assert.Equal(first.Act, second.Act);
        Assert.Equal(first.SensorData, second.SensorData);
        var again = new double[model.StateSize];
        second.GetState(again);
        first.GetState(saved);
        Assert.Equal(saved, again);
    }

    [Fact]
    public async Task Threads_that_share_a_model_get_the_same_results()
    {
        using var model = MjModel.FromFile(MujocoReference.Model("clutter"));
        var hashes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => MujocoReference.Hash(model, 300))));
        Assert.Single(hashes.Distinct());
    }
}
