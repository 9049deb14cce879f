using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Makes the calls of one thread into MuJoCo on a thread that can be abandoned: after an error it sleeps forever in the
/// error handler, which must not return.
/// </summary>
internal sealed unsafe class HelperThread
{
    [ThreadStatic]
    private static Owner? mine;

    [ThreadStatic]
    private static HelperThread? self;

    private readonly SemaphoreSlim start = new(0), done = new(0);
    private GuardedThread? caller;
    private nint function, a, b, c, d, result;
    private long repeat;
    private bool failed;

    private HelperThread() => new Thread(Run) { IsBackground = true, Name = "MuJoCo call" }.Start();

    /// <summary>The error handler to give MuJoCo when calls are made this way.</summary>
    public static nint ErrorHandler => (nint)(delegate* unmanaged[Cdecl]<byte*, void>)&NoteErrorAndSleep;

    /// <summary>Calls a function, like <see cref="EngineCall.Invoke"/>.</summary>
    /// <returns>Whether the function returned; if not, the error is in the caller's record.</returns>
    public static bool Invoke(
        GuardedThread caller, nint function, nint a, nint b, nint c, nint d, long repeat, out nint result)
    {
        var helper = (mine ??= new Owner()).Helper;
        (helper.caller, helper.function, helper.repeat) = (caller, function, repeat);
        (helper.a, helper.b, helper.c, helper.d) = (a, b, c, d);
        helper.start.Release();
        helper.done.Wait();
        result = helper.result;
        if (helper.failed) mine = null;
        return !helper.failed;
    }

    private void Run()
    {
        self = this;
        while (true)
        {
            start.Wait();
            if (caller is null) return;
            GuardedThread.Lend(caller);
            var call = (delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint>)function;
            for (long i = 0; i < repeat; i++) result = call(a, b, c, d);
            GuardedThread.Lend(null);
            caller = null;
            done.Release();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void NoteErrorAndSleep(byte* message)
    {
        string text = Text.OneLine(message);
        if (self is not { caller: { } caller } helper)
        {
            Environment.FailFast($"MuJoCo reported an error outside of a guarded call: {text}");
            return;
        }
        caller.Error = text;
        helper.failed = true;
        helper.done.Release();
        Thread.Sleep(Timeout.Infinite);
    }

    // ends the helper when the thread that it works for ends
    private sealed class Owner
    {
        public HelperThread Helper { get; } = new();

        ~Owner() => Helper.start.Release();
    }
}
