using System.Runtime.InteropServices;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Comparison;

/// <summary>
/// Compares one control step of two environments, and its derivatives, at the same states, in the first environment's
/// tangent coordinates.
/// </summary>
internal static class StepDifferences
{
    // limits memory: derivatives take space with the square of the state size for every state of a batch
    private const int Chunk = 16;

    /// <summary>Compares two environments.</summary>
    /// <param name="from">The environment to which differences are relative.</param>
    /// <param name="to">The other environment.</param>
    /// <param name="states">States of <paramref name="from"/>, <c>[M, S]</c>.</param>
    /// <param name="actions">Actions <c>[M, A]</c>.</param>
    /// <returns>
    /// The differences by quantity, and the number of states that were left out because a step failed in one of the
    /// environments.
    /// </returns>
    public static (IReadOnlyList<BlockDifference> Blocks, int Invalid) Compare(
        IDifferentiableEnv from, IDifferentiableEnv to, Tensor states, Tensor actions)
    {
        using var bridge = new StateBridge(from, to);
        bool derivatives = from.Spec.Gradient.Kind != GradientKind.None && to.Spec.Gradient.Kind != GradientKind.None;
        var blocks = new Dictionary<string, List<double>>();
        int invalid = 0;
        for (long at = 0; at < states.shape[0]; at += Chunk)
        {
            using var scope = torch.NewDisposeScope();
            long count = Math.Min(Chunk, states.shape[0] - at);
            Tensor state = states.narrow(0, at, count), action = actions.narrow(0, at, count);
            Tensor there = bridge.Forth(state), actionThere = action.to(to.Spec.StateType);
            bool[] valid = Steps(bridge, from, to, (state, action), (there, actionThere), blocks);
            invalid += valid.Count(v => !v);
            if (!derivatives || !valid.Any(v => v)) continue;
            using var keep = torch.tensor(
                Enumerable.Range(0, valid.Length).Where(i => valid[i]).Select(i => (long)i).ToArray());
            Tensor Valid(Tensor all) => all.index_select(0, keep);
            Derivatives(bridge, from, to, (Valid(state), Valid(action)), (Valid(there), Valid(actionThere)), blocks);
        }
        return ([.. blocks.Select(b => new BlockDifference(b.Key, b.Value))], invalid);
    }

    private static bool[] Steps(
        StateBridge bridge, IDifferentiableEnv from, IDifferentiableEnv to, (Tensor State, Tensor Action) here,
        (Tensor State, Tensor Action) there, Dictionary<string, List<double>> blocks)
    {
        using var quiet = torch.no_grad();
        using var a = from.Step(here.State, here.Action);
        using var b = to.Step(there.State, there.Action);
        bool[] valid = Flags((a.Fault == FaultCode.None) & (b.Fault == FaultCode.None));
        // relative to the change of state over the step
        var change = from.Chart.Difference(here.State, a.NextState);
        var difference = from.Chart.Difference(a.NextState, bridge.Back(b.NextState));
        Add(blocks, "next state", difference, change, valid);
        Add(blocks, "observation", b.Observation - a.Observation, a.Observation, valid);
        Add(blocks, "reward", b.Reward - a.Reward, a.Reward, valid);
        return valid;
    }

    private static void Derivatives(
        StateBridge bridge, IDifferentiableEnv from, IDifferentiableEnv to, (Tensor State, Tensor Action) here,
        (Tensor State, Tensor Action) there, Dictionary<string, List<double>> blocks)
    {
        var a = EnvJacobians.Linearize(from, here.State, here.Action);
        var b = EnvJacobians.Linearize(to, there.State, there.Action);
        Tensor after;
        using (torch.no_grad())
        {
            using var step = to.Step(there.State, there.Action);
            after = step.NextState.alias();
        }
        // convert the second environment's derivatives to the first's tangent coordinates: columns by `into`, rows by
        // `outOf`
        var into = torch.linalg.inv(bridge.TangentMap(there.State).to(torch.ScalarType.Float64));
        var outOf = bridge.TangentMap(after).to(torch.ScalarType.Float64);
        Tensor D(Tensor t) => t.to(torch.ScalarType.Float64);
        Difference("A: d next state / d state", a.State, outOf.matmul(D(b.State)).matmul(into));
        Difference("B: d next state / d action", a.Action, outOf.matmul(D(b.Action)));
        Difference("d observation / d state", a.ObservationState, D(b.ObservationState).matmul(into));
        Difference("d observation / d action", a.ObservationAction, D(b.ObservationAction));
        Difference("d reward / d state", a.RewardState, D(b.RewardState).unsqueeze(1).matmul(into).squeeze(1));
        Difference("d reward / d action", a.RewardAction, D(b.RewardAction));

        void Difference(string block, Tensor one, Tensor other) => Add(blocks, block, other - D(one), D(one), null);
    }

    private static void Add(
        Dictionary<string, List<double>> blocks, string block, Tensor difference, Tensor reference, bool[]? valid)
    {
        if (!blocks.TryGetValue(block, out var values)) blocks[block] = values = [];
        double[] sizes = Norms(difference), against = Norms(reference);
        for (int i = 0; i < sizes.Length; i++)
        {
            if (valid is not null && !valid[i]) continue;
            // NaN if finite differences failed although the step did not; zero against zero is no difference
            if (!double.IsNaN(sizes[i])) values.Add(sizes[i] == 0 ? 0 : sizes[i] / against[i]);
        }
    }

    private static double[] Norms(Tensor perState)
    {
        using var norms = perState.to(torch.ScalarType.Float64).reshape(perState.shape[0], -1).norm(1);
        return MemoryMarshal.Cast<byte, double>(norms.contiguous().bytes).ToArray();
    }

    private static bool[] Flags(Tensor tensor) => MemoryMarshal.Cast<byte, bool>(tensor.contiguous().bytes).ToArray();
}
