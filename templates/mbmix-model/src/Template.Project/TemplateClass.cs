using MbMix;
using static TorchSharp.torch;

namespace Template.Project;

/// <summary>
/// A dynamics model without a network: the change of state is a quadratic polynomial of the features of the state and
/// the action, <c>s' = Integrate(s, terms(Features(s), a) W)</c>, and W solves the least-squares problem over all
/// transitions seen.
/// </summary>
internal sealed class TemplateClass : IDynamicsModel
{
    public const string Id = "template-prefix/template-name-v1";

    private readonly TemplateClassOptions options;
    private readonly IStateChart chart;
    private readonly Tensor pairs; // positions of the products x_i x_j, i <= j, in the flattened outer product
    private readonly Tensor squares, products; // sums of terms' terms [P, P] and terms' change [P, T], double
    private Tensor coefficients; // W [P, T], double

    public TemplateClass(TemplateClassOptions options, ModelContext context)
    {
        this.options = options;
        chart = context.Env.Chart;
        int inputs = chart.FeatureSize + context.Env.Spec.Action.Size;
        long[] positions =
        [
            .. from i in Enumerable.Range(0, inputs)
               from j in Enumerable.Range(i, inputs - i)
               select (long)((i * inputs) + j),
        ];
        int terms = 1 + inputs + positions.Length;
        pairs = tensor(positions);
        squares = zeros(terms, terms, ScalarType.Float64);
        products = zeros(terms, chart.TangentSize, ScalarType.Float64);
        coefficients = zeros(terms, chart.TangentSize, ScalarType.Float64);
    }

    // it is usable as soon as there are some transitions per term, and learns from values alone
    public ModelSpec Spec => new() { Id = Id, Learned = true, MinimumTransitions = 4 * (int)squares.shape[0] };

    public Tensor Predict(Tensor state, Tensor action)
    {
        using var scope = NewDisposeScope();
        var change = Terms(state, action).mm(coefficients).to(state.dtype);
        return chart.Integrate(state, change).MoveToOuterDisposeScope();
    }

    public FitReport Fit(TransitionBatch batch)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var terms = Terms(batch.State, batch.Action);
        var change = chart.Difference(batch.State, batch.NextState).to(ScalarType.Float64);
        var transposed = terms.t();
        squares.mul_(options.Keep).add_(transposed.mm(terms));
        products.mul_(options.Keep).add_(transposed.mm(change));

        // W = (X'X + ridge)^-1 X'Y
        var scale = squares.diagonal().mean() * options.Ridge;
        var solved = linalg.solve(squares + (scale * eye(squares.shape[0], dtype: ScalarType.Float64)), products);
        coefficients.Dispose();
        coefficients = solved.DetachFromDisposeScope();

        // the error is in units of the change itself: 1 means no better than predicting no change
        var rest = change - terms.mm(coefficients);
        double error = (rest.square().mean() / change.square().mean().clamp(min: 1e-30)).item<double>();
        return new FitReport(error, error, 0);
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write("squares", squares);
        writer.Write("products", products);
        writer.Write("coefficients", coefficients);
    }

    public void Load(ICheckpointReader reader)
    {
        reader.ReadInto("squares", squares);
        reader.ReadInto("products", products);
        reader.ReadInto("coefficients", coefficients);
    }

    public void Dispose()
    {
        pairs.Dispose();
        squares.Dispose();
        products.Dispose();
        coefficients.Dispose();
    }

    // 1, x, and the products of two entries of x = (features, action): [B, P]
    private Tensor Terms(Tensor state, Tensor action)
    {
        var x = cat([chart.Features(state).to(ScalarType.Float64), action.to(ScalarType.Float64)], 1);
        var outer = x.unsqueeze(2).matmul(x.unsqueeze(1)).flatten(1);
        return cat([ones_like(x.narrow(1, 0, 1)), x, outer.index_select(1, pairs)], 1);
    }
}
