using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// What the machine code of <see cref="GuardStub"/> stores for a thread's guarded call. Its offsets are part of that
/// code.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GuardContext
{
    public nint StackPointer;
    public long ControlWords;
    public nint Result;
    public nint Active;
    public nint Exception;
}
