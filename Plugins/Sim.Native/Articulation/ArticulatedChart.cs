using MbMix.Simulation;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.Native;

/// <summary>An articulated robot's <see cref="ArticulatedCoordinates"/> on tensors, and its states in the form that simulators share.</summary>
internal sealed class ArticulatedChart : IStateExchange
{
    private readonly TracedChart chart;
    private readonly bool free;
    private readonly int positions;
    private readonly int velocities;

    /// <summary>Makes the chart.</summary>
    /// <param name="body">Robot.</param>
    /// <param name="state">Names of its state's components.</param>
    public ArticulatedChart(ArticulatedBody body, SpaceSpec state)
    {
        var coordinates = new ArticulatedCoordinates(body);
        chart = new TracedChart(coordinates);
        (free, positions, velocities) = (coordinates.Free, body.Positions, body.Velocities);
        Exchange = free ? Shared(body.Robot.Links[0].Name, state) : state;
    }

    public int TangentSize => chart.TangentSize;

    public int FeatureSize => chart.FeatureSize;

    /// <summary>The state with the velocity of the torso's origin in place of its twist.</summary>
    public SpaceSpec Exchange { get; }

    public Tensor Features(Tensor state) => chart.Features(state);

    public Tensor Difference(Tensor from, Tensor to) => chart.Difference(from, to);

    public Tensor Integrate(Tensor state, Tensor tangent) => chart.Integrate(state, tangent);

    public Tensor PullFeatures(Tensor state, Tensor cotangent) => chart.PullFeatures(state, cotangent);

    public Tensor ToExchange(Tensor state) => Turned(state, 1);

    public Tensor FromExchange(Tensor exchange) => Turned(exchange, -1);

    /// <summary>The velocity of the torso's origin is v + w x p of the twist (w, v) about the world's, which is v - w x p of that.</summary>
    private Tensor Turned(Tensor state, double sign)
    {
        if (!free) return state.alias();
        Tensor origin = state.narrow(1, 0, 3), angular = state.narrow(1, positions, 3), linear = state.narrow(1, positions + 3, 3);
        return torch.cat([state.narrow(1, 0, positions + 3), linear + (sign * torch.linalg.cross(angular, origin, 1)), state.narrow(1, positions + 6, velocities - 6)], 1);
    }

    private SpaceSpec Shared(string torso, SpaceSpec state) => new([
        .. state.Dimensions.Take(positions),
        .. RobotDynamics.Components(torso + " angular velocity", "rad/s", "xyz"),
        .. RobotDynamics.Components(torso + " velocity", "m/s", "xyz"),
        .. state.Dimensions.Skip(positions + 6)]);
}
