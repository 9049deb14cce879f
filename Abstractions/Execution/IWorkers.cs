namespace MbMix;

/// <summary>The process's pool of worker threads; libtorch itself runs on one.</summary>
public interface IWorkers
{
    /// <summary>Threads that take part in <see cref="Run"/>, the caller included; at least 1.</summary>
    int Count { get; }

    /// <summary>
    /// Runs <paramref name="body"/> for every index below <paramref name="count"/>, in any order, and returns when all are done. The
    /// caller takes part. A result must not depend on which thread ran an index. Not reentrant: a nested call runs on the caller alone.
    /// </summary>
    /// <exception cref="AggregateException">A body threw.</exception>
    void Run(int count, Action<int> body);
}
