namespace MujocoSharp;

/// <summary>How an error inside MuJoCo, which by default would end the process, is turned into an exception.</summary>
public enum MujocoGuard
{
    /// <summary><see cref="Stub"/> where it works, else <see cref="Thread"/>.</summary>
    Automatic,

    /// <summary>
    /// Each call goes through machine code that can return to the caller from inside MuJoCo. 64-bit x86 Linux only.
    /// </summary>
    Stub,

    /// <summary>
    /// Calls run on helper threads, and a thread that meets an error is left sleeping forever. Works everywhere, but
    /// each call costs a few microseconds to hand over.
    /// </summary>
    Thread,
}
