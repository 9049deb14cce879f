using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Owns a native model.</summary>
internal sealed class ModelHandle : SafeHandle
{
    public ModelHandle(nint model)
        : base(0, ownsHandle: true) => SetHandle(model);

    public override bool IsInvalid => handle == 0;

    /// <summary>The native model.</summary>
    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        Functions.mj_deleteModel(handle);
        return true;
    }
}
