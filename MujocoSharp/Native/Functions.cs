using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Functions that cannot raise an engine error. Those that can are in <see cref="EntryPoints"/>.
/// </summary>
internal static unsafe partial class Functions
{
    public const string Library = "mujoco";

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int mj_version();

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial byte* mj_versionString();

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_deleteModel(nint model);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_deleteData(nint data);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int mj_name2id(nint model, int kind, byte* name);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial byte* mj_id2name(nint model, int kind, int id);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_integratePos(nint model, double* qpos, double* qvel, double dt);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_differentiatePos(nint model, double* qvel, double dt, double* qpos1, double* qpos2);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_normalizeQuat(nint model, double* qpos);

    [LibraryImport(Library)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void mj_contactForce(nint model, nint data, int contact, double* result);
}
