using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Addresses of the functions that may raise an engine error; they are called through <see cref="EngineCall"/>.
/// </summary>
internal sealed class EntryPoints(nint library)
{
    public nint LoadXml { get; } = Find(library, "mj_loadXML");

    public nint MakeEmptyFile { get; } = Find(library, "mj_makeEmptyFileVFS");

    public nint MakeData { get; } = Find(library, "mj_makeData");

    public nint ResetData { get; } = Find(library, "mj_resetData");

    public nint ResetDataKeyframe { get; } = Find(library, "mj_resetDataKeyframe");

    public nint Step { get; } = Find(library, "mj_step");

    public nint Forward { get; } = Find(library, "mj_forward");

    public nint Inverse { get; } = Find(library, "mj_inverse");

    public nint RnePostConstraint { get; } = Find(library, "mj_rnePostConstraint");

    private static nint Find(nint library, string name) => NativeLibrary.GetExport(library, name);
}
