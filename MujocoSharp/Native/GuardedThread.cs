using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>What a thread needs for its calls into MuJoCo, and what the last call reported.</summary>
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

    /// <summary>Sets this thread's record to that of the thread it works for; null when it is done.</summary>
    public static void Lend(GuardedThread? record) => current = record;

    /// <summary>This thread's record; null if it has never called MuJoCo.</summary>
    public static GuardedThread? Existing => current;

    public GuardContext* Context { get; }

    /// <summary>Message of the last error.</summary>
    public string? Error { get; set; }

    /// <summary>Warnings that have not been passed on yet.</summary>
    public List<string>? Warnings { get; set; }

    /// <summary>
    /// Memory that MuJoCo may still allocate on this thread [bytes]; <see cref="long.MaxValue"/> for no limit.
    /// </summary>
    public long MemoryLeft { get; set; } = long.MaxValue;

    /// <summary>Size of the largest block that was refused [bytes]; 0 where none was.</summary>
    public long MemoryRefused { get; set; }

    /// <summary>
    /// Blocks that MuJoCo has allocated on this thread, and their sizes [bytes]; null while nobody wants to know.
    /// </summary>
    public Dictionary<nint, long>? Blocks { get; set; }

    /// <summary>When a compilation is aborted, in units of <see cref="Environment.TickCount64"/> [ms].</summary>
    public long Deadline { get; set; } = long.MaxValue;
}
