using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Machine code that calls a function of MuJoCo and comes back from it in three ways: it returned; the error handler was called,
/// which must not return and cannot throw; a C++ exception reached the caller. Only native frames are left behind: the managed
/// caller sees an ordinary return with a code.
/// </summary>
internal static unsafe partial class GuardStub
{
    private const int CodeSize = 0xF0, Escape = 0x70, Personality = 0xA0, EnterSize = 0x69;

    // int enter(context, function, a, b, c, d, repeat): calls function(a, b, c, d) repeat times; 0 = returned, 1 = error, 2 = exception.
    // All callee-saved registers go to the stack, the stack pointer to the context.
    private static ReadOnlySpan<byte> Code =>
    [
        0x53,                                           // 00 enter: push rbx
        0x55,                                           //    push rbp
        0x41, 0x54,                                     //    push r12
        0x41, 0x55,                                     //    push r13
        0x41, 0x56,                                     //    push r14
        0x41, 0x57,                                     //    push r15
        0x48, 0x83, 0xEC, 0x18,                         //    sub rsp, 24
        0x48, 0x89, 0x27,                               //    mov [rdi], rsp            context.StackPointer
        0x0F, 0xAE, 0x5F, 0x08,                         //    stmxcsr [rdi+8]           context.ControlWords
        0xD9, 0x7F, 0x0C,                               //    fnstcw [rdi+12]
        0x48, 0xC7, 0x47, 0x18, 0x01, 0x00, 0x00, 0x00, //    mov qword [rdi+24], 1     context.Active
        0x48, 0x89, 0xFB,                               //    mov rbx, rdi
        0x48, 0x89, 0xF5,                               //    mov rbp, rsi
        0x49, 0x89, 0xD4,                               //    mov r12, rdx
        0x49, 0x89, 0xCD,                               //    mov r13, rcx
        0x4D, 0x89, 0xC6,                               //    mov r14, r8
        0x4C, 0x89, 0x0C, 0x24,                         //    mov [rsp], r9
        0x4C, 0x8B, 0x7C, 0x24, 0x50,                   //    mov r15, [rsp+80]         repeat
        0x4C, 0x89, 0xE7,                               // 38 again: mov rdi, r12
        0x4C, 0x89, 0xEE,                               //    mov rsi, r13
        0x4C, 0x89, 0xF2,                               //    mov rdx, r14
        0x48, 0x8B, 0x0C, 0x24,                         //    mov rcx, [rsp]
        0xFF, 0xD5,                                     //    call rbp
        0x49, 0xFF, 0xCF,                               //    dec r15
        0x7F, 0xEC,                                     //    jg again
        0x48, 0x89, 0x43, 0x10,                         //    mov [rbx+16], rax         context.Result
        0x31, 0xC0,                                     //    xor eax, eax
        0x48, 0xC7, 0x43, 0x18, 0x00, 0x00, 0x00, 0x00, // 52 finish: mov qword [rbx+24], 0
        0x48, 0x83, 0xC4, 0x18,                         //    add rsp, 24
        0x41, 0x5F,                                     //    pop r15
        0x41, 0x5E,                                     //    pop r14
        0x41, 0x5D,                                     //    pop r13
        0x41, 0x5C,                                     //    pop r12
        0x5D,                                           //    pop rbp
        0x5B,                                           //    pop rbx
        0xC3,                                           //    ret
        0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
        0x48, 0x83, 0xEC, 0x08,                         // 70 escape(message), MuJoCo's error handler: sub rsp, 8
        0xFF, 0x15, 0x76, 0x00, 0x00, 0x00,             //    call [managed]            notes the message, returns the context
        0x48, 0x89, 0xC3,                               //    mov rbx, rax
        0x48, 0x8B, 0x23,                               //    mov rsp, [rbx]
        0x0F, 0xAE, 0x53, 0x08,                         //    ldmxcsr [rbx+8]
        0xD9, 0x6B, 0x0C,                               //    fldcw [rbx+12]
        0xB8, 0x01, 0x00, 0x00, 0x00,                   //    mov eax, 1
        0xEB, 0xC4,                                     //    jmp finish
        0x90, 0x90,
        0x48, 0x89, 0x43, 0x20,                         // 90 landing, where the unwinder enters: mov [rbx+32], rax   context.Exception
        0xB8, 0x02, 0x00, 0x00, 0x00,                   //    mov eax, 2
        0xEB, 0xB7,                                     //    jmp finish
        0x90, 0x90, 0x90, 0x90, 0x90,
        0x40, 0xF6, 0xC6, 0x01,                         // A0 personality(version, actions, class, exception, unwind context): test sil, 1
        0x74, 0x06,                                     //    jz second
        0xB8, 0x06, 0x00, 0x00, 0x00,                   //    mov eax, 6                search phase: there is a handler here
        0xC3,                                           //    ret
        0x40, 0xF6, 0xC6, 0x04,                         // AC second: test sil, 4
        0x75, 0x06,                                     //    jnz install
        0xB8, 0x08, 0x00, 0x00, 0x00,                   //    mov eax, 8                not for us: go on
        0xC3,                                           //    ret
        0x41, 0x54,                                     // B8 install: push r12
        0x4D, 0x89, 0xC4,                               //    mov r12, r8
        0x48, 0x89, 0xCA,                               //    mov rdx, rcx
        0x31, 0xF6,                                     //    xor esi, esi              register 0 is rax
        0x4C, 0x89, 0xC7,                               //    mov rdi, r8
        0xFF, 0x15, 0x2D, 0x00, 0x00, 0x00,             //    call [_Unwind_SetGR]
        0x48, 0x8D, 0x35, 0xBE, 0xFF, 0xFF, 0xFF,       //    lea rsi, landing
        0x4C, 0x89, 0xE7,                               //    mov rdi, r12
        0xFF, 0x15, 0x25, 0x00, 0x00, 0x00,             //    call [_Unwind_SetIP]
        0x41, 0x5C,                                     //    pop r12
        0xB8, 0x07, 0x00, 0x00, 0x00,                   //    mov eax, 7                continue at landing
        0xC3,                                           //    ret
        0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
    ];

    /// <summary>Whether this machine can run the code.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Puts the code into executable memory, for good.</summary>
    /// <param name="managedHandler">Notes an error message and returns the thread's <see cref="GuardContext"/>.</param>
    /// <returns>Addresses of the entry and of the error handler for MuJoCo.</returns>
    public static (nint Enter, nint Handler) Install(nint managedHandler)
    {
        nint unwinder = NativeLibrary.Load("libgcc_s.so.1");
        nuint size = (nuint)Environment.SystemPageSize;
        nint page = mmap(0, size, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1) throw new MujocoException(MujocoError.Library, "no memory for the error guard could be mapped.");
        var bytes = new Span<byte>((void*)page, (int)size);
        Code.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[CodeSize..], managedHandler);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(CodeSize + 8)..], NativeLibrary.GetExport(unwinder, "_Unwind_SetGR"));
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(CodeSize + 16)..], NativeLibrary.GetExport(unwinder, "_Unwind_SetIP"));
        if (mprotect(page, size, ReadExecute) != 0)
            throw new MujocoException(MujocoError.Library, "memory for the error guard could not be made executable; choose MujocoGuard.Thread.");
        ((delegate* unmanaged<byte*, void>)NativeLibrary.GetExport(unwinder, "__register_frame"))(UnwindTable(page));
        return (page, page + Escape);
    }

    // Tells the C++ runtime how to unwind through enter, and that it takes every exception; lives as long as the code.
    private static byte* UnwindTable(nint page)
    {
        const int CommonSize = 32, EntrySize = 48;
        byte* table = (byte*)NativeMemory.AllocZeroed(CommonSize + EntrySize + 4);
        var common = new Span<byte>(table, CommonSize);
        BinaryPrimitives.WriteInt32LittleEndian(common, CommonSize - 4);
        ReadOnlySpan<byte> head = [1, (byte)'z', (byte)'P', 0, 1, 0x78, 16, 9, 0];          // version, augmentation, alignments 1 and -8, return address, absolute pointer
        head.CopyTo(common[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(common[17..], page + Personality);
        ReadOnlySpan<byte> atEntry = [0x0C, 7, 8, 0x90, 1];                                 // frame = rsp + 8; return address below it
        atEntry.CopyTo(common[25..]);

        var entry = new Span<byte>(table + CommonSize, EntrySize);
        BinaryPrimitives.WriteInt32LittleEndian(entry, EntrySize - 4);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], CommonSize + 4);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], page);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], EnterSize);
        ReadOnlySpan<byte> afterPushes =
            [0, 0x0E, 80, 0x83, 2, 0x86, 3, 0x8C, 4, 0x8D, 5, 0x8E, 6, 0x8F, 7];            // frame = rsp + 80; rbx, rbp, r12 .. r15 below it
        afterPushes.CopyTo(entry[24..]);
        return table;
    }

    private const int ReadWrite = 3, ReadExecute = 5, PrivateAnonymous = 0x22;

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);
}
