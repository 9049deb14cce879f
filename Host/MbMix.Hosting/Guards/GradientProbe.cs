using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Compares an environment's gradients with central differences along one direction per lane: of next state,
/// observation and reward, by state and action. A gradient that is 0 in every lane although the differences are not is
/// cut off somewhere, which is an error; other large deviations are warned of, because contact can cause them, unless
/// the environment says that its gradients are surrogates.
/// </summary>
internal static class GradientProbe
{
    // deviations beyond this share are no rounding
    private const double Suspicious = 0.3;

    /// <summary>Compares at given states.</summary>
    /// <param name="env">An environment with gradients.</param>
    /// <param name="boundary">Names it in messages.</param>
    /// <param name="state">States <c>[B, S]</c>.</param>
    /// <param name="action">Actions <c>[B, A]</c>.</param>
    /// <param name="logger">Receives a warning about suspicious gradients.</param>
    public static void Run(GuardedEnv env, Boundary boundary, Tensor state, Tensor action, ILogger logger)
    {
        if (!state.AllFinite()) return;
        var type = env.Spec.StateType;
        double h = type == torch.ScalarType.Float64 ? 1e-4 : 3e-3;
        long lanes = state.size(0);
        Tensor alongState = Direction(lanes, env.Chart.TangentSize, type, 0);
        Tensor alongAction = Direction(lanes, env.Spec.Action.Size, type, 1);
        Tensor weights = Direction(1, env.Spec.State.Size, type, 2);
        Tensor views = Direction(1, env.Spec.Observation.Size, type, 3);

        // analytic: the derivative by how far state and action are displaced along their directions
        using var enabled = torch.enable_grad();
        Tensor byState = torch.zeros([lanes, 1], type, requires_grad: true);
        Tensor byAction = torch.zeros([lanes, 1], type, requires_grad: true);
        var step = env.Step(
            env.Chart.Integrate(state, byState * alongState), action + (byAction * alongAction));
        Tensor[] outputs = [.. Outputs(step).Select(rows => rows.sum())];
        double[][] analytic =
        [
            .. outputs.Select(output => Derivative(output, byState)),
            .. outputs.Select(output => Derivative(output, byAction)),
        ];

        using var quiet = torch.no_grad();
        double[][] differences =
        [
            .. Differences(s => (env.Chart.Integrate(state, s * alongState), action)),
            .. Differences(a => (state, action + (a * alongAction))),
        ];
        string[] names =
        [
            "the next state by the state", "the observation by the state", "the reward by the state",
            "the next state by the action", "the observation by the action", "the reward by the action",
        ];
        bool surrogate = env.Spec.Gradient.Kind == GradientKind.Surrogate;
        // ten times what rounding of all substeps may add to a difference
        double noise = 10 * (type == torch.ScalarType.Float64 ? 1e-13 : 1e-6) / h * (1 + Largest(step));
        for (int i = 0; i < names.Length; i++)
            Compare(boundary, names[i], analytic[i], differences[i], noise, surrogate ? null : logger);

        IEnumerable<double[]> Differences(Func<double, (Tensor State, Tensor Action)> at) =>
            Evaluate(at(h)).Zip(Evaluate(at(-h)), Central);

        double[][] Evaluate((Tensor State, Tensor Action) point) =>
            [.. Outputs(env.Inner.Step(point.State, point.Action)).Select(TensorChecks.Values)];

        double[] Central(double[] ahead, double[] behind) =>
            [.. ahead.Zip(behind, (p, m) => (p - m) / (2 * h))];

        // one number per lane of each
        Tensor[] Outputs(in EnvStep result) =>
            [(result.NextState * weights).sum(1), (result.Observation * views).sum(1), result.Reward];
    }

    private static void Compare(
        Boundary boundary, string name, double[] analytic, double[] differences, double noise, ILogger? logger)
    {
        if (!differences.All(double.IsFinite)) return;
        if (!analytic.All(double.IsFinite))
            throw boundary.Wrong(
                $"gradient of {name}", "a number that is not finite",
                $"about {TensorChecks.Text(differences[0])} (by differences): is it a root or a quotient at 0?");
        if (analytic.All(g => g == 0) && differences.All(d => Math.Abs(d) > noise))
            throw boundary.Wrong(
                $"gradient of {name}", "0",
                $"about {TensorChecks.Text(differences[0])} (by differences): is it detached?");
        bool suspicious = analytic.Zip(differences).All(pair =>
        {
            var (g, d) = pair;
            double size = Math.Max(Math.Abs(g), Math.Abs(d));
            return size > noise && !(Math.Abs(g - d) < Suspicious * size);
        });
        if (suspicious)
        {
            logger?.LogWarning(
                "plugin {Plugin} ({Id}): gradient of {Name}: {Gradient} came, but differences give {Differences}; "
                + "`mbmix certify {Id}` looks closer.",
                boundary.Plugin, boundary.Id, name, TensorChecks.Text(analytic[0]), TensorChecks.Text(differences[0]),
                boundary.Id);
        }
    }

    private static double[] Derivative(Tensor output, Tensor input)
    {
        if (!output.requires_grad) return new double[input.size(0)];
        var gradient = torch.autograd.grad([output], [input], retain_graph: true, allow_unused: true)[0];
        return gradient is null || gradient.IsInvalid ? new double[input.size(0)] : TensorChecks.Values(gradient);
    }

    private static double Largest(in EnvStep step) =>
        TensorChecks.Values(step.NextState).Concat(TensorChecks.Values(step.Observation))
            .Concat(TensorChecks.Values(step.Reward)).Max(Math.Abs);

    // unit vectors without a component that is 0
    private static Tensor Direction(long rows, int size, torch.ScalarType type, int stream)
    {
        var values = new double[rows * size];
        for (int i = 0; i < values.Length; i++) values[i] = 1 + (0.5 * Math.Sin((7 * stream) + (3 * i)));
        double scale = 1 / Math.Sqrt(size);
        return torch.tensor(values, [rows, size], type) * scale;
    }
}
