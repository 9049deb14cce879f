using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Owns native data, and keeps the native model it was made for alive.</summary>
internal sealed class DataHandle : SafeHandle
{
    private readonly ModelHandle model;

    public DataHandle(ModelHandle model)
        : base(0, ownsHandle: true)
    {
        this.model = model;
        bool added = false;
        try
        {
            model.DangerousAddRef(ref added);
        }
        finally
        {
            // without the reference there is none to release
            if (!added) SetHandleAsInvalid();
        }
    }

    // even without data the reference to the model must be released
    public override bool IsInvalid => false;

    /// <summary>The native data.</summary>
    public nint Pointer => handle;

    public void Own(nint data) => SetHandle(data);

    protected override bool ReleaseHandle()
    {
        if (handle != 0) Functions.mj_deleteData(handle);
        model.DangerousRelease();
        return true;
    }
}
