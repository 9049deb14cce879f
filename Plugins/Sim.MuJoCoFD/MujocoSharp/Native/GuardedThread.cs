using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>What a thread needs for its calls into MuJoCo, and what the last one reported.</summary>
internal sealed unsafe class GuardedThread
{
    [ThreadStatic]
    private static GuardedThread? current;

    private GuardedThread()
    {
        Context = (GuardContext*)NativeMemory.AllocZeroed((nuint)sizeof(GuardContext));
    }

    ~GuardedThread() => NativeMemory.Free(Context);

    /// <summary>This thread's record, made on first use.</summary>
    public static GuardedThread Current => current ??= new GuardedThread();

    /// <summary>This thread's record, null where it never called MuJoCo.</summary>
    public static GuardedThread? Existing => current;

    public GuardContext* Context { get; }

    /// <summary>Message of the last error.</summary>
    public string? Error { get; set; }

    /// <summary>Warnings not handed on yet.</summary>
    public List<string>? Warnings { get; set; }
}
