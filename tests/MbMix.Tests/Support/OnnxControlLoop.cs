using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace MbMix.Tests.Support;

/// <summary>The loop of docs/export.md.</summary>
internal static class OnnxControlLoop
{
    /// <summary>What the loop reads from and writes to.</summary>
    public interface IRobot
    {
        bool IsOn { get; }

        void Measure(float[] observation);

        void Apply(float[] action);
    }

    public static void Run(string path, IRobot robot)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        using var run = new RunOptions();
        string text = session.ModelMetadata.CustomMetadataMap["controlPeriod"];
        double period = double.Parse(text, CultureInfo.InvariantCulture);
        float[] observation = new float[session.InputMetadata["observation"].Dimensions[1]];
        float[] action = new float[session.OutputMetadata["action"].Dimensions[1]];
        using var input = OrtValue.CreateTensorValueFromMemory(observation, [1, observation.Length]);
        using var output = OrtValue.CreateTensorValueFromMemory(action, [1, action.Length]);
        string[] inputs = ["observation"], outputs = ["action"];
        OrtValue[] read = [input], written = [output];

        var clock = Stopwatch.StartNew();
        for (long step = 1; robot.IsOn; step++)
        {
            robot.Measure(observation);
            session.Run(run, inputs, read, outputs, written);
            robot.Apply(action);
            var rest = TimeSpan.FromSeconds(step * period) - clock.Elapsed;
            if (rest > TimeSpan.Zero) Thread.Sleep(rest);
        }
    }
}
