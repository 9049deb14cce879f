namespace MbMix.Tests.Support;

/// <summary>The pool of a test: the caller alone.</summary>
internal sealed class LearningWorkers : IWorkers
{
    public int Count => 1;

    public void Run(int count, Action<int> body)
    {
        for (int i = 0; i < count; i++) body(i);
    }
}
