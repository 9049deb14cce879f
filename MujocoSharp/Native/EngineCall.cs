using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Calls functions that may raise an engine error, and turns such an error into an exception.</summary>
internal static unsafe class EngineCall
{
    private static readonly Lock DeadlineGate = new();
    private static nint enter, control, timesUp;
    private static nint* controlCallback;

    /// <summary>Takes over MuJoCo's error and warning handlers.</summary>
    public static void Install(nint library, MujocoGuard guard)
    {
        nint errorHandler;
        if (guard == MujocoGuard.Stub || (guard == MujocoGuard.Automatic && GuardStub.IsSupported))
        {
            if (!GuardStub.IsSupported)
            {
                throw new MujocoException(
                    MujocoError.Library, "MujocoGuard.Stub needs 64-bit x86 Linux; choose MujocoGuard.Thread.");
            }
            (enter, errorHandler, control) = GuardStub.Install(
                (nint)(delegate* unmanaged[Cdecl]<byte*, GuardContext*>)&NoteError,
                (nint)(delegate* unmanaged[Cdecl]<nint>)&CheckTime,
                NativeLibrary.GetExport(library, "mju_error"));
            timesUp = Marshal.StringToCoTaskMemUTF8("it takes too long to compile (MjLoadOptions.MaximumTime)");
        }
        else
        {
            errorHandler = HelperThread.ErrorHandler;
        }
        EngineMemory.Install(library);
        controlCallback = (nint*)NativeLibrary.GetExport(library, "mjcb_control");
        *(nint*)NativeLibrary.GetExport(library, "mju_user_error") = errorHandler;
        *(nint*)NativeLibrary.GetExport(library, "mju_user_warning") =
            (nint)(delegate* unmanaged[Cdecl]<byte*, void>)&NoteWarning;

        // what is neither an error nor a warning would go to the console and to a file
        if (NativeLibrary.TryGetExport(library, "mju_setLogConfig", out nint setLog))
            ((delegate* unmanaged[Cdecl]<LogConfig, void>)setLog)(default);
    }

    /// <summary>Calls <c>function(a, b, c, d)</c> <paramref name="repeat"/> times (at least once).</summary>
    /// <returns>What the last call returned.</returns>
    /// <exception cref="MujocoException">MuJoCo reported an error.</exception>
    public static nint Invoke(nint function, nint a, nint b = 0, nint c = 0, nint d = 0, long repeat = 1)
    {
        var thread = GuardedThread.Current;
        if (enter == 0) return InvokeOnHelper(thread, function, a, b, c, d, repeat);
        var context = thread.Context;
        var guarded = (delegate* unmanaged[Cdecl]<GuardContext*, nint, nint, nint, nint, nint, long, int>)enter;
        int outcome = guarded(context, function, a, b, c, d, repeat);
        nint result = context->Result;
        if (outcome != 0) throw Failure(thread, outcome);
        if (thread.Warnings is not null) HandOnWarnings(thread);
        GC.KeepAlive(thread);
        return result;
    }

    /// <summary>
    /// Like <see cref="Invoke"/>, for the compilation of a model: a compilation that simulates, to find the length
    /// range of muscles, is aborted after some time. Only one runs at a time.
    /// </summary>
    public static nint InvokeWithin(TimeSpan limit, nint function, nint a, nint b, nint c, nint d)
    {
        var thread = GuardedThread.Current;
        lock (DeadlineGate)
        {
            thread.Deadline = Environment.TickCount64 + (long)Math.Min(limit.TotalMilliseconds, int.MaxValue);
            *controlCallback = control;
            try
            {
                return Invoke(function, a, b, c, d);
            }
            finally
            {
                *controlCallback = 0;
                thread.Deadline = long.MaxValue;
            }
        }
    }

    private static nint InvokeOnHelper(GuardedThread thread, nint function, nint a, nint b, nint c, nint d, long repeat)
    {
        if (!HelperThread.Invoke(thread, function, a, b, c, d, repeat, out nint result)) throw Failure(thread, 1);
        if (thread.Warnings is not null) HandOnWarnings(thread);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MujocoException Failure(GuardedThread thread, int outcome)
    {
        if (outcome == 2) thread.Error = CppException.Take(thread.Context->Exception);
        string message = thread.Error ?? "unknown error";
        thread.Error = null;
        // a full stack of a data object is the model's doing, although MuJoCo 3 calls it a lack of memory
        bool memory = message.Contains("memory", StringComparison.OrdinalIgnoreCase)
            && !message.Contains("stack", StringComparison.OrdinalIgnoreCase);
        var kind = memory ? MujocoError.Memory : MujocoError.Engine;
        try
        {
            if (thread.Warnings is not null) HandOnWarnings(thread);
        }
        catch (Exception e)
        {
            // an exception from a listener must not hide the error
            return new MujocoException(kind, $"MuJoCo: {message}", e);
        }
        return new MujocoException(kind, $"MuJoCo: {message}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void HandOnWarnings(GuardedThread thread)
    {
        var warnings = thread.Warnings!;
        thread.Warnings = null;
        foreach (string warning in warnings) MujocoLibrary.Raise(warning);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static GuardContext* NoteError(byte* message)
    {
        string text = Text.OneLine(message);
        var thread = GuardedThread.Existing;

        // returning would let MuJoCo continue in a state that it has just declared broken
        if (thread is null || thread.Context->Active == 0)
            Environment.FailFast($"MuJoCo reported an error outside of a guarded call: {text}");
        thread.Error = text;
        return thread.Context;
    }

    // other threads that simulate in the meantime come here too
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint CheckTime() =>
        GuardedThread.Existing is { } thread && Environment.TickCount64 > thread.Deadline ? timesUp : 0;

    // mjLogConfig since 3.10: two flags, a file name and a mask; all zero means silence
    [StructLayout(LayoutKind.Sequential, Size = 1032, Pack = 4)]
    private struct LogConfig
    {
        public int First;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void NoteWarning(byte* message)
    {
        var warnings = GuardedThread.Current.Warnings ??= [];
        if (warnings.Count < 100) warnings.Add(Text.OneLine(message));
    }
}
