using MbMix.Simulation;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Sim.Native;

/// <summary>
/// The <see cref="ArticulatedCoordinates"/> of a robot as operations on tensors, and its states in the form that
/// simulators share.
/// </summary>
internal sealed class ArticulatedChart : IStateExchange
{
    private readonly TracedChart chart;
    private readonly bool free;
    private readonly int positions;
    private readonly int velocities;

    /// <summary>Makes the chart.</summary>
    /// <param name="body">The robot.</param>
    /// <param name="state">The components of its state.</param>
    public ArticulatedChart(ArticulatedBody body, SpaceSpec state)
    {
        var coordinates = new ArticulatedCoordinates(body);
        chart = new TracedChart(coordinates);
        (free, positions, velocities) = (coordinates.Free, body.Positions, body.Velocities);
        Exchange = free ? Shared(body.Robot.Links[0].Name, state) : state;
    }

    public int TangentSize => chart.TangentSize;

    public int FeatureSize => chart.FeatureSize;

    /// <summary>The state, with the velocity of the torso's origin in place of the linear part of its twist.</summary>
    public SpaceSpec Exchange { get; }

    public Tensor Features(Tensor state) => chart.Features(state);

    public Tensor Difference(Tensor from, Tensor to) => chart.Difference(from, to);

    public Tensor Integrate(Tensor state, Tensor tangent) => chart.Integrate(state, tangent);

    public Tensor FeaturesPullback(Tensor state, Tensor dFeatures) => chart.FeaturesPullback(state, dFeatures);

    public Tensor ToExchange(Tensor state) => ShiftLinearVelocity(state, 1);

    public Tensor FromExchange(Tensor exchange) => ShiftLinearVelocity(exchange, -1);

    // For a twist (w, v) about the world origin, the origin p of the torso has the velocity v + w x p. The inverse
    // subtracts w x p.
    private Tensor ShiftLinearVelocity(Tensor state, double sign)
    {
        if (!free) return state.alias();
        Tensor origin = state.narrow(1, 0, 3), angular = state.narrow(1, positions, 3);
        Tensor linear = state.narrow(1, positions + 3, 3) + (sign * torch.linalg.cross(angular, origin, 1));
        return torch.cat(
            [state.narrow(1, 0, positions + 3), linear, state.narrow(1, positions + 6, velocities - 6)], 1);
    }

    private SpaceSpec Shared(string torso, SpaceSpec state) => new([
        .. state.Dimensions.Take(positions),
        .. StateComponents.Axes(torso + " angular velocity", "rad/s", "xyz"),
        .. StateComponents.Axes(torso + " velocity", "m/s", "xyz"),
        .. state.Dimensions.Skip(positions + 6)]);
}
