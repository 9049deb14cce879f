using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// A task simulated by MuJoCo. Each batched step is one autograd node; the first backward pass through it takes finite
/// differences of the whole control step.
/// </summary>
internal sealed partial class MuJoCoEnv : IJacobianEnv, IFaultExplainer, IMeteredEnv
{
    private readonly MjModel model;
    private readonly SimulatorPool pool;
    private readonly JacobianCache cache;
    private readonly string? noGradient;
    private MuJoCoScene? view;

    public MuJoCoEnv(IMuJoCoTask task, MjModel model, MuJoCoOptions options, EnvContext context)
    {
        (Task, this.model) = (task, model);
        var traits = task.Traits;
        bool centered = options.Centered ?? traits.Centered;
        FrameSkip = options.FrameSkip ?? traits.FrameSkip;
        noGradient = options.DifferenceAnySolver ? null : Derivability.FirstObstacle(model);
        Layout = new StateLayout(model, traits.Carried.Count);
        Spec = new EnvSpec
        {
            Id = traits.Id,
            State = Spaces.State(model, traits),
            Observation = new SpaceSpec(traits.Observation),
            Action = traits.Action is { } action ? new SpaceSpec(action) : Spaces.Action(model, traits.Id),
            ControlPeriod = model.Timestep * FrameSkip,
            EpisodeLength = traits.EpisodeLength,
            Gradient = noGradient is null
                ? new GradientCapability(GradientKind.FiniteDifference, centered ? 1e-5 : 1e-3)
                : GradientCapability.None,
            StateType = torch.ScalarType.Float64,
            Simulator = $"MuJoCo {MujocoLibrary.Version}",
            Files = [.. model.Files, .. traits.Files],
        };
        if (noGradient is not null)
        {
            context.Logger.LogInformation(
                "{Id}: {Obstacle}, so there are no gradients; env.differenceAnySolver=true takes differences all the "
                + "same.",
                traits.Id,
                noGradient);
        }
        Chart = Layout.Quaternions.Length == 0 && traits.Carried.Count == 0
            ? new EuclideanChart(Layout.StateSize, traits.Invariant)
            : new MuJoCoChart(Layout, traits, Spec.State);
        Range = new ActionRange(Spec.Action);
        Epsilon = options.Epsilon ?? traits.Epsilon;
        cache = new JacobianCache((long)options.JacobianCache << 20);
        pool = new SimulatorPool(
            context.Workers,
            () => new LaneDifferences(
                new StateArithmetic(model, Layout),
                new Simulator(model, task, Layout, FrameSkip),
                Layout,
                Range,
                Epsilon,
                centered,
                Spec.Observation.Size));
        Spec = Spec with { FixedStart = StartsAreFixed() };
    }

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public ISceneView View => view ??= new MuJoCoScene(model, Layout, Task);

    public EnvCosts Costs { get; } = new();

    public IMuJoCoTask Task { get; }

    public StateLayout Layout { get; }

    public ActionRange Range { get; }

    /// <summary>Perturbation for finite differences.</summary>
    public double Epsilon { get; }

    /// <summary>Simulation steps per control step.</summary>
    public int FrameSkip { get; }

    /// <summary>Number of a step's outputs in tangent coordinates: next state, observation, reward.</summary>
    public int Outputs => Layout.TangentSize + Spec.Observation.Size + 1;

    /// <summary>Number of a step's inputs in tangent coordinates: state, action.</summary>
    public int Inputs => Layout.TangentSize + Range.Size;

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        var state = torch.empty([lanes.Length, Layout.StateSize], torch.ScalarType.Float64);
        Reset(lanes, state.Values<double>());
        return state;
    }

    // a task without noise starts every episode alike
    private bool StartsAreFixed()
    {
        int size = Layout.StateSize;
        Span<double> values = new double[2 * size];
        Reset([new LaneKey(0, 0, 0), new LaneKey(0, 1, 0)], values);
        return values[..size].SequenceEqual(values[size..]);
    }

    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        using var scope = torch.NewDisposeScope();
        lastAction = Checked(state, lastAction);
        var call = new MuJoCoObserveFunction(this, (int)state.shape[0]);
        return call.Apply(state, lastAction)[0].MoveToOuterDisposeScope();
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        action = Checked(state, action);
        var call = new MuJoCoStepFunction(this, (int)state.shape[0]);
        Tensor[] outputs;
        if (Spec.Gradient.Kind == GradientKind.None)
        {
            using var noGrad = torch.no_grad();
            outputs = call.Apply(state, action);
        }
        else
        {
            outputs = call.Apply(state, action);
        }
        foreach (var output in outputs) output.MoveToOuterDisposeScope();
        return new EnvStep(
            outputs[0],
            outputs[1],
            outputs[2],
            call.Terminated.MoveToOuterDisposeScope(),
            call.Fault.MoveToOuterDisposeScope());
    }

    public Jacobians Linearize(Tensor state, Tensor action)
    {
        long start = Stopwatch.GetTimestamp();
        using var scope = torch.NewDisposeScope();
        var jacobians = LaneJacobians(state, Checked(state, action));
        int batch = jacobians.Length, t = Layout.TangentSize, o = Spec.Observation.Size, a = Range.Size;
        var all = torch.zeros([batch, Outputs, Inputs], torch.ScalarType.Float64);
        var values = all.Values<double>();
        for (int lane = 0; lane < batch; lane++)
            jacobians[lane].CopyTo(values.Slice(lane * Outputs * Inputs, Outputs * Inputs));
        Tensor Block(int row, int height, int column, int width) =>
            all.narrow(1, row, height).narrow(2, column, width).contiguous().MoveToOuterDisposeScope();
        var blocks = new Jacobians(
            Block(0, t, 0, t),
            Block(0, t, t, a),
            Block(t, o, 0, t),
            Block(t, o, t, a),
            Block(t + o, 1, 0, t).squeeze_(1),
            Block(t + o, 1, t, a).squeeze_(1));
        Costs.Pullbacks += (long)batch * t;
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return blocks;
    }

    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor cotangents)
    {
        long start = Stopwatch.GetTimestamp();
        using var scope = torch.NewDisposeScope();
        action = Checked(state, action);
        int batch = (int)state.shape[0], t = Layout.TangentSize;
        if (cotangents.dim() != 3 || cotangents.shape[0] != batch || cotangents.shape[2] != t)
        {
            throw new MbMixException(
                $"{Spec.Id}: cotangents [{string.Join(", ", cotangents.shape)}] came; expected [{batch}, K, {t}].");
        }
        var jacobians = LaneJacobians(state, action);
        int probes = (int)cotangents.shape[1];
        using var noGrad = torch.no_grad();
        var weights = cotangents.detach().to(torch.ScalarType.Float64).contiguous();
        Tensor toState = torch.zeros([batch, probes, t], torch.ScalarType.Float64);
        Tensor toAction = torch.zeros([batch, probes, Range.Size], torch.ScalarType.Float64);
        var dNext = weights.Values<double>();
        Span<double> dState = toState.Values<double>(), dAction = toAction.Values<double>();
        var dInputs = new double[Inputs];
        for (int i = 0; i < batch * probes; i++)
        {
            Array.Clear(dInputs);
            Contraction.Add(jacobians[i / probes], 0, dNext.Slice(i * t, t), dInputs);
            dInputs.AsSpan(0, t).CopyTo(dState[(i * t)..]);
            dInputs.AsSpan(t).CopyTo(dAction[(i * Range.Size)..]);
        }
        Costs.Pullbacks += (long)batch * probes;
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (toState.MoveToOuterDisposeScope(), toAction.MoveToOuterDisposeScope());
    }

    public string ExplainFault(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        double[] Numbers(Tensor tensor) =>
            tensor.detach().to(torch.ScalarType.Float64).reshape(-1).contiguous().Values<double>().ToArray();
        double[] s = Numbers(state), a = Numbers(action);
        string? Offender(double[] values, SpaceSpec space)
        {
            int i = Array.FindIndex(values, value => !(Math.Abs(value) < Simulator.Limit));
            return i < 0 ? null : $"{Spec.Id}: {space.Dimensions[i].Name} is {values[i]:G4} before the step.";
        }
        if ((Offender(a, Spec.Action) ?? Offender(s, Spec.State)) is { } before) return before;
        Range.Clip(a, a);
        string VelocityName(int i) => Spec.State.Dimensions[Layout.Positions + i].Name;
        string? found = pool.First.Simulator.FirstProblem(s, a, VelocityName);
        return $"{Spec.Id}: {found ?? "the simulation itself is fine; observation or reward is not finite."}";
    }

    public void Dispose()
    {
        view?.Dispose();
        pool.Dispose();
        model.Dispose();
    }

    /// <summary>Steps a batch of lanes; all arrays are row-major with one row per lane.</summary>
    internal void Forward(
        int batch,
        double[] states,
        double[] actions,
        Span<double> next,
        Span<double> observations,
        Span<double> rewards,
        Span<bool> terminated,
        Span<int> faults)
    {
        int s = Layout.StateSize, o = Spec.Observation.Size, a = Range.Size, width = s + o + 1;
        var results = new double[batch * width];
        var ends = new bool[batch];
        var codes = new int[batch];
        pool.Run(batch, (worker, lane) =>
        {
            var outputs = results.AsSpan(lane * width, width);
            Span<double> clipped = stackalloc double[a];
            var action = actions.AsSpan(lane * a, a);
            Range.Clip(action, clipped);
            codes[lane] = !Simulator.IsUsable(action)
                ? FaultCode.ActionNotFinite
                : worker.Simulator.Step(
                    states.AsSpan(lane * s, s),
                    clipped,
                    outputs[..s],
                    outputs.Slice(s, o),
                    out outputs[s + o],
                    out ends[lane]);
            // a caller who ignores the fault code will not miss this
            if (codes[lane] != FaultCode.None) outputs.Fill(double.NaN);
        });
        for (int lane = 0; lane < batch; lane++)
        {
            var outputs = results.AsSpan(lane * width, width);
            outputs[..s].CopyTo(next[(lane * s)..]);
            outputs.Slice(s, o).CopyTo(observations[(lane * o)..]);
            rewards[lane] = outputs[s + o];
        }
        ends.CopyTo(terminated);
        codes.CopyTo(faults);
        Costs.ForwardSteps += batch;
    }

    /// <summary>Observes a batch of states that no step led to.</summary>
    internal void Observe(int batch, double[] states, double[] actions, double[] observations)
    {
        int s = Layout.StateSize, o = Spec.Observation.Size, a = Range.Size;
        pool.Run(batch, (worker, lane) =>
        {
            Span<double> clipped = stackalloc double[a];
            Range.Clip(actions.AsSpan(lane * a, a), clipped);
            var observation = observations.AsSpan(lane * o, o);
            int fault = worker.Simulator.Observe(states.AsSpan(lane * s, s), clipped, observation);
            if (fault != FaultCode.None) observation.Fill(double.NaN);
        });
    }

    /// <summary>
    /// The Jacobian of each lane's step, or of its observation; null where the lane is invalid or a perturbed step was.
    /// </summary>
    /// <param name="batch">Number of lanes.</param>
    /// <param name="states">States [B, S].</param>
    /// <param name="actions">Actions [B, A] as given; for observations, the last actions.</param>
    /// <param name="faults">Fault codes of the lanes [B]; empty where they are not known.</param>
    /// <param name="ofObservation">Whether to difference the observation of states that no step led to.</param>
    internal double[]?[] Difference(
        int batch, double[] states, double[] actions, ReadOnlySpan<int> faults, bool ofObservation = false)
    {
        int s = Layout.StateSize, a = Range.Size;
        var jacobians = new double[]?[batch];
        var missing = new List<int>(batch);
        for (int lane = 0; lane < batch; lane++)
        {
            if (!faults.IsEmpty && faults[lane] != FaultCode.None) continue;
            Span<double> state = states.AsSpan(lane * s, s), action = actions.AsSpan(lane * a, a);
            if (!ofObservation && cache.TryGet(state, action, out jacobians[lane])) continue;
            missing.Add(lane);
        }
        pool.Run(missing.Count, (worker, i) =>
        {
            int lane = missing[i];
            Span<double> state = states.AsSpan(lane * s, s), action = actions.AsSpan(lane * a, a);
            jacobians[lane] = ofObservation ? worker.OfObservation(state, action) : worker.OfStep(state, action);
        });
        Costs.DifferencingSteps += pool.TakeCount();
        return jacobians;
    }

    // the Jacobians of an explicit call, which a later backward pass over the same steps will find in the cache
    private double[]?[] LaneJacobians(Tensor state, Tensor action)
    {
        if (Spec.Gradient.Kind == GradientKind.None)
        {
            throw new MbMixException(
                $"{Spec.Id} has no gradients: {noGradient}; "
                + "env.differenceAnySolver=true takes differences all the same.");
        }
        double[] states = Copy(state), actions = Copy(action);
        int batch = (int)state.shape[0], s = Layout.StateSize, a = Range.Size;
        var jacobians = Difference(batch, states, actions, []);
        for (int lane = 0; lane < batch; lane++)
        {
            if (jacobians[lane] is { } jacobian)
                cache.Add(states.AsSpan(lane * s, s), actions.AsSpan(lane * a, a), jacobian);
        }
        return jacobians;
    }

    internal static double[] Copy(Tensor tensor)
    {
        using var plain = tensor.detach().contiguous();
        return plain.Values<double>().ToArray();
    }

    /// <summary>
    /// Refuses wrong shapes and types. An action in single precision is converted, and keeps its gradient.
    /// </summary>
    internal Tensor Checked(Tensor state, Tensor action)
    {
        CheckState(state, "state", state.dim() > 0 ? state.shape[0] : 0);
        if (action.dim() != 2 || action.size(0) != state.size(0) || action.size(1) != Range.Size)
            throw Refusal("action", Shape(action), $"[{state.size(0)}, {Range.Size}]");
        bool floating = action.dtype is torch.ScalarType.Float64 or torch.ScalarType.Float32;
        if (!floating || action.device_type != DeviceType.CPU)
            throw Refusal("action", Type(action), "Float64 or Float32 on CPU");
        return action.to(torch.ScalarType.Float64);
    }

    internal void CheckState(Tensor state, string what, long batch)
    {
        if (state.dim() != 2 || state.size(1) != Layout.StateSize || state.size(0) != batch || batch == 0)
            throw Refusal(what, Shape(state), $"[{(batch == 0 ? "B" : batch)}, {Layout.StateSize}]");
        if (state.dtype != torch.ScalarType.Float64 || state.device_type != DeviceType.CPU)
            throw Refusal(what, Type(state), "Float64 on CPU");
    }

    private static string Shape(Tensor tensor) => $"of shape [{string.Join(", ", tensor.shape)}]";

    private static string Type(Tensor tensor) => $"of type {tensor.dtype} on {tensor.device_type}";

    private MbMixException Refusal(string what, string came, string expected) =>
        new($"{Spec.Id}: {what} {came} came; expected {expected}.");
}
