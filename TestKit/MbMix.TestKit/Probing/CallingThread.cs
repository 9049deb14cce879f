namespace MbMix.TestKit;

/// <summary>Workers that are only the calling thread.</summary>
internal sealed class CallingThread : IWorkers
{
    public static CallingThread Instance { get; } = new();

    public int Count => 1;

    public void Run(int count, Action<int> body)
    {
        for (int i = 0; i < count; i++) body(i);
    }
}
