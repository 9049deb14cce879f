namespace MujocoSharp;

/// <summary>How an error inside MuJoCo, which by its own default ends the process, is turned into an exception.</summary>
public enum MujocoGuard
{
    /// <summary><see cref="Stub"/> where it works, else <see cref="Thread"/>.</summary>
    Automatic,

    /// <summary>Machine code around each call that can return to the caller from inside MuJoCo; 64-bit x86 Linux only.</summary>
    Stub,

    /// <summary>
    /// Calls run on helper threads; one that meets an error is left sleeping for ever, with its data. Works everywhere; each call costs
    /// a hand-over of some microseconds.
    /// </summary>
    Thread,
}
