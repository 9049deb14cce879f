using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The world model's states along replayed sequences as one autograd node. Its backward pass goes through the steps in
/// reverse and leaves the gradients of weights to products over all steps at once: as torch operations, the steps would
/// be a few thousand nodes, each with a gradient of a whole weight matrix to add.
/// </summary>
/// <param name="core">Shapes of the recurrent core.</param>
/// <param name="classes">Classes of each latent variable.</param>
/// <param name="unimix">Share of the uniform distribution in each.</param>
/// <param name="batch">The sequences, for their beginnings.</param>
/// <param name="uniform">Numbers to draw z with, <c>[T, B, latents]</c>.</param>
internal sealed class ObservationScan(
    RecurrentCore core, int classes, double unimix, SequenceBatch batch, Tensor uniform) : CustomFunction
{
    /// <summary>Runs the scan.</summary>
    /// <param name="encoded">
    /// What the posterior's first layer gets from the observations, with its bias, <c>[T, B, hidden]</c>.
    /// </param>
    /// <param name="actions">What the core gets from the actions, <c>[T, B, hidden]</c>.</param>
    /// <param name="weights">Parameters of core and posterior, in the order of <see cref="ScanWeights"/>.</param>
    public ModelStates Run(Tensor encoded, Tensor actions, Tensor[] weights)
    {
        var outputs = Apply([encoded, actions, .. weights]);
        return new ModelStates(outputs[0], outputs[1], outputs[2]);
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var w = new ScanWeights(inputs[2..]);
        int steps = batch.Steps, rows = batch.Sequences;
        Tensor h = torch.zeros(rows, w.FromDeter.shape[1]), z = torch.zeros(rows, w.FromLatents.shape[1]);
        var tape = new Tensor[ScanTape.Count][];
        for (int i = 0; i < tape.Length; i++) tape[i] = new Tensor[steps];
        Tensor[] hs = new Tensor[steps], zs = new Tensor[steps], qs = new Tensor[steps];
        var (own, shared) = core.Arrange(w.Hidden);
        for (int t = 0; t < steps; t++)
        {
            using var scope = torch.NewDisposeScope();
            if (t > 0 && batch.AnyFirst(t))
            {
                var goesOn = batch.Keep(t);
                (h, z) = ((h * goesOn).MoveToOuterDisposeScope(), (z * goesOn).MoveToOuterDisposeScope());
            }
            var fromDeter = torch.nn.functional.linear(h, w.FromDeter, w.FromDeterBias);
            var fromLatents = torch.nn.functional.linear(z, w.FromLatents, w.FromLatentsBias);
            var input = torch.cat(
                [NormSilu.Of(fromDeter, w.FromDeterGain), NormSilu.Of(fromLatents, w.FromLatentsGain), inputs[1][t]],
                1);
            var hidden = torch.nn.functional.linear(input, shared, w.HiddenBias);
            hidden.add_(core.Join(core.Split(h).bmm(own)));
            var active = NormSilu.Of(hidden, w.HiddenGain);
            var gates = core.Split(active).bmm(w.Gates).add_(w.GatesBias);
            var next = GruGate.Of(gates, h);
            var evidence = torch.nn.functional.linear(next, w.Posterior).add_(inputs[0][t]);
            var considered = NormSilu.Of(evidence, w.PosteriorGain);
            var logits = torch.nn.functional.linear(considered, w.Logits, w.LogitsBias);
            var (drawn, q) = new LatentSample(classes, unimix, uniform[t]).Draw(logits);
            if (keep)
            {
                (tape[0][t], tape[1][t]) = (h, z);
                Tensor[] made = [fromDeter, fromLatents, input, hidden, active, gates, evidence, considered];
                for (int i = 0; i < made.Length; i++) tape[i + 2][t] = made[i].MoveToOuterDisposeScope();
            }
            (h, z) = (next.MoveToOuterDisposeScope(), drawn.MoveToOuterDisposeScope());
            (hs[t], zs[t], qs[t]) = (h, z, q.MoveToOuterDisposeScope());
        }
        Tensor[] outputs = [torch.cat(hs), torch.cat(zs), torch.cat(qs)];
        if (keep)
        {
            Tensor[] kept = [.. tape.Select((column, i) => torch.cat(column, i == ScanTape.Gates ? 1 : 0))];
            // an alias would be a view that keeps the output, and with it this node, alive for ever
            Keep([.. kept, outputs[0].detach(), outputs[2].detach(), .. w.Detached()]);
        }
        return outputs;
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var tape = new ScanTape(kept, batch.Sequences);
        var w = new ScanWeights(kept[(ScanTape.Count + 2)..]);
        var (own, shared) = core.Arrange(w.Hidden);
        using var ownBack = own.transpose(1, 2);
        using var gatesBack = w.Gates.transpose(1, 2);
        int steps = batch.Steps, rows = batch.Sequences, inner = (int)w.FromDeterGain.shape[0];
        Tensor[] dGains = [.. w.Gains().Select(gain => torch.zeros_like(gain))];
        Tensor[] dFromDeter = new Tensor[steps], dFromLatents = new Tensor[steps], dActions = new Tensor[steps];
        Tensor[] dHidden = new Tensor[steps], dGates = new Tensor[steps];
        Tensor[] dEncoded = new Tensor[steps], dLogits = new Tensor[steps];
        Tensor? later = null, laterZ = null;
        for (int t = steps - 1; t >= 0; t--)
        {
            using var scope = torch.NewDisposeScope();
            var dz = Sum(Rows(gradients[1], t), laterZ);
            var logits = LatentSample.Pullback(tape.Q(t), dz, Rows(gradients[2], t), classes, unimix);
            var evidence = NormSilu.Pullback(tape[8, t], w.PosteriorGain, logits.mm(w.Logits), dGains[3]);
            var dNext = Sum(Sum(Rows(gradients[0], t), later), evidence.mm(w.Posterior))!;
            var (gates, dh) = GruGate.Pullback(tape.GatesAt(t), tape[0, t], dNext);
            var hidden = NormSilu.Pullback(tape[5, t], w.HiddenGain, core.Join(gates.bmm(gatesBack)), dGains[2]);
            var input = hidden.mm(shared);
            var fromDeter = NormSilu.Pullback(
                tape[2, t], w.FromDeterGain, input.narrow(1, 0, inner).contiguous(), dGains[0]);
            var fromLatents = NormSilu.Pullback(
                tape[3, t], w.FromLatentsGain, input.narrow(1, inner, inner).contiguous(), dGains[1]);
            dActions[t] = input.narrow(1, 2 * inner, inner).contiguous().MoveToOuterDisposeScope();
            dFromDeter[t] = fromDeter.MoveToOuterDisposeScope();
            dFromLatents[t] = fromLatents.MoveToOuterDisposeScope();
            dHidden[t] = hidden.MoveToOuterDisposeScope();
            dGates[t] = gates.MoveToOuterDisposeScope();
            dEncoded[t] = evidence.MoveToOuterDisposeScope();
            dLogits[t] = logits.MoveToOuterDisposeScope();
            later?.Dispose();
            laterZ?.Dispose();
            if (t == 0) break;
            dh.add_(core.Join(core.Split(hidden).bmm(ownBack))).add_(fromDeter.mm(w.FromDeter));
            var dLatents = fromLatents.mm(w.FromLatents);
            if (batch.AnyFirst(t)) (dh, dLatents) = (dh * batch.Keep(t), dLatents * batch.Keep(t));
            (later, laterZ) = (dh.MoveToOuterDisposeScope(), dLatents.MoveToOuterDisposeScope());
        }
        // the gradients of weights, over all steps at once
        Tensor deter = torch.cat(dFromDeter), latents = torch.cat(dFromLatents), dHid = torch.cat(dHidden);
        Tensor dEvidence = torch.cat(dEncoded), dLog = torch.cat(dLogits), dGate = torch.cat(dGates, 1);
        var dOwn = core.Split(tape.All(0)).transpose(1, 2).bmm(core.Split(dHid));
        var dShared = dHid.t().mm(tape.All(4)).view(dOwn.shape[0], dOwn.shape[2], 3 * inner).permute(0, 2, 1);
        return
        [
            dEvidence.view(steps, rows, inner), torch.stack(dActions),
            deter.t().mm(tape.All(0)), deter.sum(dim: 0), dGains[0],
            latents.t().mm(tape.All(1)), latents.sum(dim: 0), dGains[1],
            torch.cat([dOwn, dShared], 1), dHid.sum(dim: 0), dGains[2],
            core.Split(tape.All(6)).transpose(1, 2).bmm(dGate), dGate.sum(1, keepdim: true),
            dEvidence.t().mm(tape.H), dGains[3],
            dLog.t().mm(tape.All(9)), dLog.sum(dim: 0),
        ];
    }

    private static Tensor? Sum(Tensor? a, Tensor? b) => a is null ? b : b is null ? a : a + b;

    private Tensor? Rows(Tensor? all, int step) =>
        all?.narrow(0, (long)step * batch.Sequences, batch.Sequences);
}
