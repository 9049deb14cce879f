using MbMix.Numerics;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>An exported policy that acts through ONNX Runtime, on one thread.</summary>
internal sealed class OnnxRuntimePolicy : IPolicy, IDisposable
{
    private readonly SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
    private readonly RunOptions run = new();

    public OnnxRuntimePolicy(string path) => Session = new InferenceSession(path, options);

    public InferenceSession Session { get; }

    public float[] Act(float[] observations, int rows)
    {
        long[] shape = [rows, observations.Length / rows];
        using var input = OrtValue.CreateTensorValueFromMemory(observations, shape);
        using var outputs = Session.Run(run, ["observation"], [input], ["action"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        Assert.Null(noise);
        using var single = observation.to(torch.ScalarType.Float32).contiguous();
        int rows = (int)observation.shape[0];
        float[] actions = Act(single.Values<float>().ToArray(), rows);
        return TensorSpans.From(actions, rows, actions.Length / rows);
    }

    // with buffers for both, as in docs/export.md
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        float[] read = observation.ToArray(), written = new float[action.Length];
        using var input = OrtValue.CreateTensorValueFromMemory(read, [1, read.Length]);
        using var output = OrtValue.CreateTensorValueFromMemory(written, [1, written.Length]);
        Session.Run(run, ["observation"], [input], ["action"], [output]);
        written.CopyTo(action);
    }

    public void Dispose()
    {
        Session.Dispose();
        run.Dispose();
        options.Dispose();
    }
}
