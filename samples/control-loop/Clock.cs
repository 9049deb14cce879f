using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Samples.ControlLoop;

/// <summary>
/// Sleeps until a point in time rather than for a while, so that errors do not add up. The points are those of
/// <see cref="Stopwatch"/>, which on Linux counts nanoseconds of the monotonic clock.
/// </summary>
internal static partial class Clock
{
    private const int Monotonic = 1;
    private const int Absolute = 1;
    private const int Interrupted = 4;
    private const long Second = 1_000_000_000;

    public static long Now => Stopwatch.GetTimestamp();

    public static void SleepUntil(long time)
    {
        var until = new TimeSpec(time / Second, time % Second);
        int error;
        do error = Sleep(Monotonic, Absolute, in until, 0);
        while (error == Interrupted);
        if (error != 0) throw new InvalidOperationException($"clock_nanosleep failed with error {error}.");
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int Sleep(int clock, int flags, in TimeSpec until, nint remaining);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
