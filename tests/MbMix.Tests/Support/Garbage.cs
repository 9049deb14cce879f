namespace MbMix.Tests.Support;

/// <summary>Garbage of tests that ran before, which must not change what the next one counts.</summary>
internal static class Garbage
{
    /// <summary>Collects it, and waits until finalizers have released its native memory.</summary>
    public static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
