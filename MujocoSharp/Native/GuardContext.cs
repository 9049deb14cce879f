using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>What the machine code keeps of one thread's guarded call; its offsets are written into that code.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GuardContext
{
    public nint StackPointer;
    public long ControlWords;
    public nint Result;
    public nint Active;
    public nint Exception;
}
