using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MbMix.Comparison;

/// <summary>
/// A job object of Windows that holds all children of this process. The system closes it when this process ends, for
/// whatever reason, and closing it ends the children: they would otherwise go on without anybody who reads them.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class ChildJob
{
    private const int ExtendedLimits = 9;
    private const uint KillOnClose = 0x2000;

    // never closed: that is left to the system; zero if there is none
    private static readonly nint Job = Create();

    /// <summary>Adds a child. One that has ended already, or that the system refuses to add, stays outside.</summary>
    /// <returns>Whether it is part of the job.</returns>
    public static bool Add(Process child) => Job != 0 && AssignProcessToJobObject(Job, child.SafeHandle);

    private static nint Create()
    {
        nint job = CreateJobObject(0, 0);
        var limits = new JobLimits { Flags = KillOnClose };
        bool limited = job != 0 && SetInformationJobObject(job, ExtendedLimits, limits, Marshal.SizeOf<JobLimits>());
        return limited ? job : 0;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW")]
    private static partial nint CreateJobObject(nint security, nint name);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(nint job, int kind, in JobLimits limits, int bytes);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(nint job, SafeHandle process);
}
