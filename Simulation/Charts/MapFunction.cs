using System.Numerics;

namespace MbMix.Simulation;

/// <summary>One call of a compiled map as an autograd node.</summary>
internal sealed unsafe class MapFunction<T>(BatchedMap<T> map) : CustomFunction
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly torch.ScalarType Type =
        typeof(T) == typeof(float) ? torch.ScalarType.Float32 : torch.ScalarType.Float64;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var given = new Tensor[inputs.Length];
        Span<nint> addresses = stackalloc nint[inputs.Length];
        for (int i = 0; i < given.Length; i++)
        {
            using var detached = inputs[i].detach();
            given[i] = detached.contiguous();
            addresses[i] = Address(given[i]);
        }
        long batch = given[0].size(0);
        var output = torch.empty([batch, map.OutputSize], Type);
        map.Run((int)batch, addresses, (T*)Address(output));
        if (keep)
        {
            Keep(given);
        }
        else
        {
            foreach (var tensor in given) tensor.Dispose();
        }
        return [output];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var dInputs = new Tensor?[kept.Length];
        Span<nint> given = stackalloc nint[kept.Length], wanted = stackalloc nint[kept.Length];
        for (int i = 0; i < dInputs.Length; i++)
        {
            given[i] = Address(kept[i]);
            dInputs[i] = Wanted(i) ? torch.empty_like(kept[i]) : null;
            wanted[i] = dInputs[i] is { } dInput ? Address(dInput) : 0;
        }
        map.Pullback((int)kept[0].size(0), given, (T*)Address(gradients[0]!), wanted);
        return dInputs;
    }

    // the address outlives the fixed block because the memory of a tensor does not move
    private static nint Address(Tensor tensor)
    {
        fixed (T* first = tensor.Values<T>()) return (nint)first;
    }
}
