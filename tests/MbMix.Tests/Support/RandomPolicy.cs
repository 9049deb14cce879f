using MbMix.Numerics;

namespace MbMix.Tests.Support;

/// <summary>Policies with random weights, three observations and two actions.</summary>
internal static class RandomPolicy
{
    public const int Observations = 3, Actions = 2;

    /// <summary>A policy with two hidden layers that are alike.</summary>
    public static PolicyArtifact Create(
        Activation? activation, bool norm, bool normalizer = true, ActionSquash squash = ActionSquash.Tanh) => new()
        {
            Environment = "test/env-v1",
            Algorithm = "test/algorithm-v1",
            Observation = new SpaceSpec(
                [new Dimension("height", "m"), new Dimension("Höhe \"2\"", "m/s"), new Dimension("last", "")]),
            Action = new SpaceSpec([new Dimension("force", "N", -1, 0.7), new Dimension("valve", "", 0.1, 0.7)]),
            ControlPeriod = 0.02,
            EnvironmentSteps = 1234567,
            Normalizer = normalizer ? new PolicyNormalizer([0.1f, -20, 0.5f], [1, 0.04f, 1.25f]) : null,
            Layers =
            [
                Layer(Observations, 24, activation, norm), Layer(24, 17, activation, norm),
                Layer(17, Actions, null, norm: false),
            ],
            Squash = squash,
            LogStd = [-1, -2],
        };

    /// <summary>A layer with weights that keep the size of its input.</summary>
    public static PolicyLayer Layer(int inputs, int outputs, Activation? activation, bool norm) =>
        new(inputs, outputs, Draw("weight", inputs, outputs, 1 / MathF.Sqrt(inputs), inputs * outputs),
            Draw("bias", inputs, outputs, 0.3f, outputs), activation)
        {
            Gain = norm ? [.. Draw("gain", inputs, outputs, 0.3f, outputs).Select(v => 1 + v)] : null,
            Offset = norm ? Draw("offset", inputs, outputs, 0.3f, outputs) : null,
        };

    private static float[] Draw(string name, int inputs, int outputs, float size, int count)
    {
        float[] values = new float[count];
        new CounterRandom(5, name).Normal(values, (inputs * 1000) + outputs);
        return [.. values.Select(v => v * size)];
    }
}
