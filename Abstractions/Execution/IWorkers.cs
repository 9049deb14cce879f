namespace MbMix;

/// <summary>The pool of worker threads that the process shares. libtorch itself is limited to one thread.</summary>
public interface IWorkers
{
    /// <summary>Number of threads that take part in <see cref="Run"/>, including the caller; at least 1.</summary>
    int Count { get; }

    /// <summary>
    /// Runs <paramref name="body"/> for every index below <paramref name="count"/>, in any order, and returns when all
    /// are done. The calling thread takes part. Results must not depend on which thread runs an index. A nested call
    /// runs on the calling thread alone.
    /// </summary>
    /// <param name="count">Number of indices.</param>
    /// <param name="body">Called with each index from 0 to <paramref name="count"/> - 1.</param>
    /// <exception cref="AggregateException">At least one call of <paramref name="body"/> threw.</exception>
    void Run(int count, Action<int> body);
}
