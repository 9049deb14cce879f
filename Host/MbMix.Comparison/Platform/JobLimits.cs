using System.Runtime.InteropServices;

namespace MbMix.Comparison;

/// <summary>
/// JOBOBJECT_EXTENDED_LIMIT_INFORMATION of Windows, field by field; the names are shortened where nothing is set.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobLimits
{
    public long ProcessTime, JobTime;

    /// <summary>Which limits there are.</summary>
    public uint Flags;

    public nuint SmallestWorkingSet, LargestWorkingSet;
    public uint Processes;
    public nuint Affinity;
    public uint Priority, Scheduling;
    public ulong Reads, Writes, Others, BytesRead, BytesWritten, BytesOther;
    public nuint ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
}
