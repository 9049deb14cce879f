using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Comparison;

/// <summary>
/// Converts states and tangent coordinates between two environments of the same system. Components are matched by name,
/// through the environments' <see cref="IStateExchange"/> forms.
/// </summary>
internal sealed class StateBridge : IDisposable
{
    private readonly IDifferentiableEnv from;
    private readonly IDifferentiableEnv to;

    // [X]: for each component of from's shared form its index in to's, and the inverse
    private readonly Tensor toFrom;
    private readonly Tensor fromTo;

    /// <summary>Matches the components of the two environments' shared forms.</summary>
    /// <exception cref="ConfigurationException">The shared forms do not have the same components.</exception>
    public StateBridge(IDifferentiableEnv from, IDifferentiableEnv to)
    {
        (this.from, this.to) = (from, to);
        SpaceSpec a = Shared(from), b = Shared(to);
        long[] order = Match(a, b, from.Spec.Id, to.Spec.Id);
        var inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++) inverse[order[i]] = i;
        toFrom = torch.tensor(order);
        fromTo = torch.tensor(inverse);
    }

    /// <summary>Converts states of the first environment into states of the second.</summary>
    public Tensor Forth(Tensor state) => Convert(state, from, to, fromTo);

    /// <summary>Converts states of the second environment into states of the first.</summary>
    public Tensor Back(Tensor state) => Convert(state, to, from, toFrom);

    /// <summary>
    /// Computes the derivative of the first environment's tangent coordinates with respect to the second's at a state,
    /// <c>[B, T1, T2]</c>: the derivative of the first chart's difference by the second chart's displacement.
    /// </summary>
    /// <param name="state">State of the second environment, <c>[B, S2]</c>.</param>
    public Tensor TangentMap(Tensor state)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var origin = Back(state.detach()).detach();
        var displacement = torch.zeros([state.shape[0], to.Chart.TangentSize], dtype: state.dtype, requires_grad: true);
        var difference = from.Chart.Difference(origin, Back(to.Chart.Integrate(state.detach(), displacement)));
        var rows = new Tensor[from.Chart.TangentSize];
        for (int row = 0; row < rows.Length; row++)
        {
            using var seed = torch.zeros_like(difference);
            seed.select(1, row).fill_(1);
            Backward.Run([difference], [seed], [displacement], retainGraph: row < rows.Length - 1);
            using var noGrad = torch.no_grad();
            using var gradient = displacement.grad!;
            rows[row] = gradient.clone();
            gradient.zero_();
        }
        return torch.stack(rows, 1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        toFrom.Dispose();
        fromTo.Dispose();
    }

    private static Tensor Convert(Tensor state, IDifferentiableEnv source, IDifferentiableEnv target, Tensor order)
    {
        using var scope = torch.NewDisposeScope();
        var form = source.Chart is IStateExchange giver ? giver.ToExchange(state) : state;
        form = form.index_select(1, order).to(target.Spec.StateType);
        return (target.Chart is IStateExchange taker ? taker.FromExchange(form) : form).MoveToOuterDisposeScope();
    }

    private static SpaceSpec Shared(IDifferentiableEnv env) =>
        env.Chart is IStateExchange exchange ? exchange.Exchange : env.Spec.State;

    private static long[] Match(SpaceSpec a, SpaceSpec b, string aId, string bId)
    {
        var places = new Dictionary<string, int>();
        for (int i = 0; i < b.Size; i++) places[b.Dimensions[i].Name] = i;
        var order = new long[a.Size];
        for (int i = 0; i < a.Size; i++)
        {
            var wanted = a.Dimensions[i];
            if (!places.Remove(wanted.Name, out int place))
                throw new ConfigurationException(
                    $"A state of {aId} cannot be set in {bId}: it has no '{wanted.Name}'. Names must agree, or the "
                    + "charts must offer a shared form (IStateExchange).");
            if (b.Dimensions[place].Unit != wanted.Unit)
                throw new ConfigurationException(
                    $"A state of {aId} cannot be set in {bId}: '{wanted.Name}' is in {wanted.Unit} in one and in "
                    + $"{b.Dimensions[place].Unit} in the other.");
            order[i] = place;
        }
        return places.Count == 0
            ? order
            : throw new ConfigurationException(
                $"A state of {aId} cannot be set in {bId}: it says nothing about '{places.MinBy(p => p.Value).Key}'.");
    }
}
