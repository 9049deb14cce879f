namespace MbMix.Tests.Support;

/// <summary>When to kill a training.</summary>
internal enum HostKill
{
    /// <summary>After a random time, which may end before the first iteration.</summary>
    AnyTime,

    /// <summary>A random moment after some iterations were done.</summary>
    AfterProgress,

    /// <summary>While a checkpoint is being written.</summary>
    WhileWriting,
}
