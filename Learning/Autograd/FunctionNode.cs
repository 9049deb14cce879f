using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>The one autograd node type behind every <see cref="CustomFunction"/>; the call object travels with it.</summary>
internal sealed class FunctionNode : torch.autograd.MultiTensorFunction<FunctionNode>
{
    private const string Call = "call";

    public override string Name => nameof(CustomFunction);

    public static Tensor[] Attach(CustomFunction call, ReadOnlySpan<Tensor> inputs, Tensor[] outputs)
    {
        var arguments = new object[inputs.Length + 1];
        for (int i = 0; i < inputs.Length; i++) arguments[i] = inputs[i];
        var kept = call.TakeKept();
        arguments[^1] = new Handover(call, outputs, kept);
        var attached = apply(arguments);
        // only now: what is saved and attached is read after the forward callback has returned
        foreach (var raw in outputs) raw.Dispose();
        foreach (var tensor in kept) tensor.Dispose();
        return [.. attached];
    }

    public override List<Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var handover = (Handover)vars[^1];
        ctx.set_materialize_grads(false);
        ctx.save_data(Call, handover.Call);
        if (handover.Kept.Length > 0) ctx.save_for_backward([.. handover.Kept]);
        return [.. handover.Outputs];
    }

    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var call = (CustomFunction)ctx.get_data(Call);
        var result = new List<Tensor>(call.Inputs + 1);
        var gradients = new Tensor?[grad_outputs.Count];
        List<Tensor> saved = [];
        try
        {
            saved = ctx.get_saved_variables();
            for (int i = 0; i < gradients.Length; i++)
            {
                // expanded views (stride 0) are common here: sums and means hand them on
                if (grad_outputs[i] is { IsInvalid: false }) gradients[i] = grad_outputs[i].is_contiguous() ? grad_outputs[i] : grad_outputs[i].contiguous();
            }
            using var noGrad = torch.no_grad();
            foreach (var gradient in call.DifferentiateChecked(gradients, CollectionsMarshal.AsSpan(saved))) result.Add(gradient!);
        }
        catch (Exception e)
        {
            CustomFunction.Remember(e);
            // no input has this shape: the sweep ends here instead of going on with made-up numbers
            result.Clear();
            for (int i = 0; i < call.Inputs; i++) result.Add(torch.full(3, float.NaN));
        }
        finally
        {
            foreach (var tensor in saved) tensor.Dispose();
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is { } g && !ReferenceEquals(g, grad_outputs[i])) g.Dispose();
                if (grad_outputs[i] is { IsInvalid: false } incoming) incoming.Dispose();
            }
        }
        result.Add(null!);
        return result;
    }

    private sealed record Handover(CustomFunction Call, Tensor[] Outputs, Tensor[] Kept);
}
