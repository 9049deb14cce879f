using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Machine code that calls a function of MuJoCo and returns in one of three cases: the function returned; it called the
/// error handler, which must not return and cannot throw; or it threw a C++ exception. Only native frames are dropped,
/// so for the managed caller every case is an ordinary return with a code.
/// </summary>
internal static unsafe partial class GuardStub
{
    /// <summary>Whether this machine can run the code.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Puts the code into executable memory, where it stays for the life of the process.</summary>
    /// <param name="managedHandler">
    /// Records an error message and returns the thread's <see cref="GuardContext"/>.
    /// </param>
    /// <param name="managedDeadline">Returns a message if the thread has run out of time, else 0.</param>
    /// <param name="raise">MuJoCo's <c>mju_error</c>.</param>
    /// <returns>Addresses of the entry and, for MuJoCo, of the error handler and the control callback.</returns>
    public static (nint Enter, nint Handler, nint Control) Install(
        nint managedHandler, nint managedDeadline, nint raise)
    {
        nint unwinder = NativeLibrary.Load("libgcc_s.so.1");
        nuint size = (nuint)Environment.SystemPageSize;
        nint page = mmap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
            throw new MujocoException(MujocoError.Library, "no memory for the error guard could be mapped.");
        var bytes = new Span<byte>((void*)page, (int)size);
        Code.CopyTo(bytes);
        ReadOnlySpan<nint> addresses =
        [
            managedHandler,
            NativeLibrary.GetExport(unwinder, "_Unwind_SetGR"),
            NativeLibrary.GetExport(unwinder, "_Unwind_SetIP"),
            managedDeadline,
            raise,
        ];
        MemoryMarshal.AsBytes(addresses).CopyTo(bytes[CodeSize..]);
        if (mprotect(page, size, ReadExecute) != 0)
        {
            throw new MujocoException(
                MujocoError.Library,
                "memory for the error guard could not be made executable; choose MujocoGuard.Thread.");
        }
        nint register = NativeLibrary.GetExport(unwinder, "__register_frame");
        ((delegate* unmanaged<byte*, void>)register)(UnwindTable(page));
        return (page, page + Escape, page + Deadline);
    }

    // Tells the C++ runtime how to unwind through the entry, and that the entry catches every exception. Lives as long
    // as the code.
    private static byte* UnwindTable(nint page)
    {
        const int CommonSize = 32, EntrySize = 48;
        byte* table = (byte*)NativeMemory.AllocZeroed(CommonSize + EntrySize + 4);
        var common = new Span<byte>(table, CommonSize);
        BinaryPrimitives.WriteInt32LittleEndian(common, CommonSize - 4);
        // version, augmentation, alignments 1 and -8, return address, absolute pointer
        ReadOnlySpan<byte> head = [1, (byte)'z', (byte)'P', 0, 1, 0x78, 16, 9, 0];
        head.CopyTo(common[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(common[17..], page + Personality);
        // frame = rsp + 8; the return address is below it
        ReadOnlySpan<byte> atEntry = [0x0C, 7, 8, 0x90, 1];
        atEntry.CopyTo(common[25..]);

        var entry = new Span<byte>(table + CommonSize, EntrySize);
        BinaryPrimitives.WriteInt32LittleEndian(entry, EntrySize - 4);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], CommonSize + 4);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], page);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], EnterSize);
        // frame = rsp + 80; rbx, rbp and r12 to r15 are below it
        ReadOnlySpan<byte> afterPushes = [0, 0x0E, 80, 0x83, 2, 0x86, 3, 0x8C, 4, 0x8D, 5, 0x8E, 6, 0x8F, 7];
        afterPushes.CopyTo(entry[24..]);
        return table;
    }

    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);
}
