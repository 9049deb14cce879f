using System.Diagnostics;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using MujocoSharp;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// A task on MuJoCo: each batched step is one autograd node whose backward pass takes differences of whole control steps, once, when it
/// is first asked.
/// </summary>
internal sealed class MuJoCoEnv : IJacobianEnv, IFaultExplainer, IMeteredEnv
{
    private readonly MjModel model;
    private readonly SimulatorPool pool;
    private readonly JacobianCache cache;

    public MuJoCoEnv(IMuJoCoTask task, MjModel model, MuJoCoOptions options, EnvContext context)
    {
        (Task, this.model) = (task, model);
        var traits = task.Traits;
        FrameSkip = options.FrameSkip ?? traits.FrameSkip;
        bool differentiable = options.DifferenceAnySolver || model.Solver == MjSolver.Newton;
        Layout = new RowLayout(model, traits.Carried.Count);
        Spec = new EnvSpec
        {
            Id = traits.Id,
            State = Spaces.State(model, traits),
            Observation = new SpaceSpec(traits.Observation),
            Action = Spaces.Action(model, traits.Id),
            ControlPeriod = model.Timestep * FrameSkip,
            EpisodeLength = traits.EpisodeLength,
            Gradient = differentiable ? new GradientCapability(GradientKind.FiniteDifference, options.Centered ? 1e-5 : 1e-3) : GradientCapability.None,
            StateType = torch.ScalarType.Float64,
        };
        if (!differentiable)
        {
            context.Logger.LogInformation(
                "{Id}: its solver {Solver} stops before its result is accurate enough for differences, so there are no gradients; env.differenceAnySolver=true takes them all the same.",
                traits.Id,
                model.Solver);
        }
        Chart = Layout.Quaternions.Length == 0 && traits.Carried.Count == 0
            ? new EuclideanChart(Layout.StateSize, traits.Invariant)
            : new MuJoCoChart(Layout, traits, Spec.State);
        Range = new ActionRange(Spec.Action);
        Epsilon = options.Epsilon;
        cache = new JacobianCache((long)options.JacobianCache << 20);
        pool = new SimulatorPool(context.Workers, () => new RowDifferences(model, new Simulator(model, task, Layout, FrameSkip), Layout, Range, options, Spec.Observation.Size));
    }

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public EnvCosts Costs { get; } = new();

    public IMuJoCoTask Task { get; }

    public RowLayout Layout { get; }

    public ActionRange Range { get; }

    public double Epsilon { get; }

    /// <summary>Simulation steps per control step.</summary>
    public int FrameSkip { get; }

    /// <summary>Outputs of a step in tangent coordinates: next state, observation, reward.</summary>
    public int Outputs => Layout.TangentSize + Spec.Observation.Size + 1;

    /// <summary>Inputs of a step in tangent coordinates: state, action.</summary>
    public int Inputs => Layout.TangentSize + Range.Size;

    public Tensor Reset(ReadOnlySpan<LaneKey> lanes)
    {
        int size = Layout.StateSize;
        var state = torch.empty([lanes.Length, size], torch.ScalarType.Float64);
        var values = state.Values<double>();
        for (int lane = 0; lane < lanes.Length; lane++)
            pool.First.Simulator.Reset(new StartNoise(lanes[lane], Spec.Id), values.Slice(lane * size, size));
        return state;
    }

    public Tensor Observe(Tensor state, Tensor lastAction)
    {
        using var scope = torch.NewDisposeScope();
        lastAction = Checked(state, lastAction);
        return new LookFunction(this, (int)state.shape[0]).Apply(state, lastAction)[0].MoveToOuterDisposeScope();
    }

    public EnvStep Step(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        action = Checked(state, action);
        var call = new StepFunction(this, (int)state.shape[0]);
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
        return new EnvStep(outputs[0], outputs[1], outputs[2], call.Terminated.MoveToOuterDisposeScope(), call.Fault.MoveToOuterDisposeScope());
    }

    public Jacobians Linearize(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Rows(state, Checked(state, action));
        int batch = rows.Length, t = Layout.TangentSize, o = Spec.Observation.Size, a = Range.Size;
        var all = torch.zeros([batch, Outputs, Inputs], torch.ScalarType.Float64);
        var values = all.Values<double>();
        for (int row = 0; row < batch; row++) rows[row].CopyTo(values.Slice(row * Outputs * Inputs, Outputs * Inputs));
        Costs.Pullbacks += (long)batch * t;
        Tensor Block(int row, int height, int column, int width) => all.narrow(1, row, height).narrow(2, column, width).contiguous().MoveToOuterDisposeScope();
        return new Jacobians(
            Block(0, t, 0, t),
            Block(0, t, t, a),
            Block(t, o, 0, t),
            Block(t, o, t, a),
            Block(t + o, 1, 0, t).squeeze_(1),
            Block(t + o, 1, t, a).squeeze_(1));
    }

    public (Tensor dState, Tensor dAction) Pullback(Tensor state, Tensor action, Tensor cotangents)
    {
        using var scope = torch.NewDisposeScope();
        action = Checked(state, action);
        int batch = (int)state.shape[0], t = Layout.TangentSize;
        if (cotangents.dim() != 3 || cotangents.shape[0] != batch || cotangents.shape[2] != t)
            throw new MbMixException($"{Spec.Id}: cotangents [{string.Join(", ", cotangents.shape)}] came; expected [{batch}, K, {t}].");
        var rows = Rows(state, action);
        int probes = (int)cotangents.shape[1];
        Costs.Pullbacks += (long)batch * probes;
        using var noGrad = torch.no_grad();
        var weights = cotangents.detach().to(torch.ScalarType.Float64).contiguous();
        Tensor byState = torch.zeros([batch, probes, t], torch.ScalarType.Float64), byAction = torch.zeros([batch, probes, Range.Size], torch.ScalarType.Float64);
        Span<double> v = weights.Values<double>(), s = byState.Values<double>(), a = byAction.Values<double>();
        var sums = new double[Inputs];
        for (int i = 0; i < batch * probes; i++)
        {
            Array.Clear(sums);
            Contraction.Add(rows[i / probes], 0, v.Slice(i * t, t), sums);
            sums.AsSpan(0, t).CopyTo(s[(i * t)..]);
            sums.AsSpan(t).CopyTo(a[(i * Range.Size)..]);
        }
        return (byState.MoveToOuterDisposeScope(), byAction.MoveToOuterDisposeScope());
    }

    public string ExplainFault(Tensor state, Tensor action)
    {
        using var scope = torch.NewDisposeScope();
        double[] Row(Tensor tensor) => tensor.detach().to(torch.ScalarType.Float64).reshape(-1).contiguous().Values<double>().ToArray();
        double[] s = Row(state), a = Row(action);
        string? Offender(double[] row, SpaceSpec space)
        {
            int i = Array.FindIndex(row, value => !(Math.Abs(value) < Simulator.Limit));
            return i < 0 ? null : $"{Spec.Id}: {space.Dimensions[i].Name} is {row[i]:G4} before the step.";
        }
        if ((Offender(a, Spec.Action) ?? Offender(s, Spec.State)) is { } before) return before;
        Range.Clip(a, a);
        string? found = pool.First.Simulator.FirstProblem(s, a, i => Spec.State.Dimensions[Layout.Positions + i].Name);
        return $"{Spec.Id}: {found ?? "the simulation itself is fine; observation or reward is not finite."}";
    }

    public void Dispose()
    {
        pool.Dispose();
        model.Dispose();
    }

    /// <summary>Steps a batch: rows of states and actions in, rows out.</summary>
    internal void Forward(int batch, double[] states, double[] actions, Span<double> next, Span<double> observations, Span<double> rewards, Span<bool> terminated, Span<int> faults)
    {
        long start = Stopwatch.GetTimestamp();
        int s = Layout.StateSize, o = Spec.Observation.Size, a = Range.Size, width = s + o + 1;
        var results = new double[batch * width];
        var ends = new bool[batch];
        var codes = new int[batch];
        pool.Run(batch, (worker, row) =>
        {
            var outputs = results.AsSpan(row * width, width);
            Span<double> clipped = stackalloc double[a];
            var action = actions.AsSpan(row * a, a);
            Range.Clip(action, clipped);
            codes[row] = !Simulator.IsUsable(action)
                ? FaultCode.ActionNotFinite
                : worker.Simulator.Step(states.AsSpan(row * s, s), clipped, outputs[..s], outputs.Slice(s, o), out outputs[s + o], out ends[row]);
            // whoever overlooks the fault code sees it here
            if (codes[row] != FaultCode.None) outputs.Fill(double.NaN);
        });
        for (int row = 0; row < batch; row++)
        {
            var outputs = results.AsSpan(row * width, width);
            outputs[..s].CopyTo(next[(row * s)..]);
            outputs.Slice(s, o).CopyTo(observations[(row * o)..]);
            rewards[row] = outputs[s + o];
        }
        ends.CopyTo(terminated);
        codes.CopyTo(faults);
        pool.TakeCount();
        Costs.ForwardSteps += batch;
    }

    /// <summary>Observations of states that no step led to.</summary>
    internal void Look(int batch, double[] states, double[] actions, double[] observations)
    {
        int s = Layout.StateSize, o = Spec.Observation.Size, a = Range.Size;
        pool.Run(batch, (worker, row) =>
        {
            Span<double> clipped = stackalloc double[a];
            Range.Clip(actions.AsSpan(row * a, a), clipped);
            var observation = observations.AsSpan(row * o, o);
            if (worker.Simulator.Look(states.AsSpan(row * s, s), clipped, observation) != FaultCode.None) observation.Fill(double.NaN);
        });
    }

    /// <summary>Jacobians of a batch of transitions; null where a lane is invalid or a perturbed step was.</summary>
    internal double[]?[] Difference(int batch, double[] states, double[] actions, ReadOnlySpan<int> faults, bool looking = false)
    {
        long start = Stopwatch.GetTimestamp();
        int s = Layout.StateSize, a = Range.Size;
        var rows = new double[]?[batch];
        var missing = new List<int>(batch);
        for (int row = 0; row < batch; row++)
        {
            if (!faults.IsEmpty && faults[row] != FaultCode.None) continue;
            if (!looking && cache.TryGet(states.AsSpan(row * s, s), actions.AsSpan(row * a, a), out rows[row])) continue;
            missing.Add(row);
        }
        pool.Run(missing.Count, (worker, i) =>
        {
            int row = missing[i];
            Span<double> state = states.AsSpan(row * s, s), action = actions.AsSpan(row * a, a);
            rows[row] = looking ? worker.OfLook(state, action) : worker.OfStep(state, action);
        });
        Costs.DifferencingSteps += pool.TakeCount();
        Costs.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return rows;
    }

    private double[]?[] Rows(Tensor state, Tensor action)
    {
        if (Spec.Gradient.Kind == GradientKind.None) throw new MbMixException($"{Spec.Id} has no gradients with the solver {model.Solver}; env.differenceAnySolver=true takes differences all the same.");
        double[] states = Copy(state), actions = Copy(action);
        int batch = (int)state.shape[0], s = Layout.StateSize, a = Range.Size;
        var rows = Difference(batch, states, actions, []);
        for (int row = 0; row < batch; row++)
        {
            if (rows[row] is { } jacobian) cache.Add(states.AsSpan(row * s, s), actions.AsSpan(row * a, a), jacobian);
        }
        return rows;
    }

    internal static double[] Copy(Tensor tensor)
    {
        using var plain = tensor.detach().contiguous();
        return plain.Values<double>().ToArray();
    }

    /// <summary>Refuses wrong shapes and types; an action in single precision is converted, with its gradient.</summary>
    internal Tensor Checked(Tensor state, Tensor action)
    {
        CheckState(state, "state", state.dim() > 0 ? state.shape[0] : 0);
        if (action.dim() != 2 || action.size(0) != state.size(0) || action.size(1) != Range.Size)
            throw new MbMixException($"{Spec.Id}: action of shape [{string.Join(", ", action.shape)}] came; expected [{state.size(0)}, {Range.Size}].");
        if (action.dtype is not (torch.ScalarType.Float64 or torch.ScalarType.Float32) || action.device_type != DeviceType.CPU)
            throw new MbMixException($"{Spec.Id}: action of type {action.dtype} on {action.device_type} came; expected Float64 or Float32 on CPU.");
        return action.to(torch.ScalarType.Float64);
    }

    internal void CheckState(Tensor state, string what, long batch)
    {
        if (state.dim() != 2 || state.size(1) != Layout.StateSize || state.size(0) != batch || batch == 0)
            throw new MbMixException($"{Spec.Id}: {what} of shape [{string.Join(", ", state.shape)}] came; expected [{(batch == 0 ? "B" : batch)}, {Layout.StateSize}].");
        if (state.dtype != torch.ScalarType.Float64 || state.device_type != DeviceType.CPU)
            throw new MbMixException($"{Spec.Id}: {what} of type {state.dtype} on {state.device_type} came; expected Float64 on CPU.");
    }
}
