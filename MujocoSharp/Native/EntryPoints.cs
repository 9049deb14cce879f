using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>
/// Addresses of the functions that may raise an engine error; they are called through <see cref="EngineCall"/>.
/// </summary>
internal sealed class EntryPoints(nint library)
{
    public nint LoadXml { get; } = Find(library, "mj_loadXML");

    /// <summary>Adds a file to a virtual file system, since 3.1.3; 0 before.</summary>
    public nint AddBuffer { get; } = FindIfAny(library, "mj_addBufferVFS");

    /// <summary>Adds an empty file to a virtual file system, up to 3.1.6; 0 after.</summary>
    public nint MakeEmptyFile { get; } = FindIfAny(library, "mj_makeEmptyFileVFS");

    public nint DefaultFiles { get; } = Find(library, "mj_defaultVFS");

    public nint DeleteFiles { get; } = Find(library, "mj_deleteVFS");

    public nint MakeData { get; } = Find(library, "mj_makeData");

    public nint ResetData { get; } = Find(library, "mj_resetData");

    public nint ResetDataKeyframe { get; } = Find(library, "mj_resetDataKeyframe");

    public nint Step { get; } = Find(library, "mj_step");

    public nint Forward { get; } = Find(library, "mj_forward");

    public nint Inverse { get; } = Find(library, "mj_inverse");

    public nint RnePostConstraint { get; } = Find(library, "mj_rnePostConstraint");

    /// <summary>Tells the number of state values, since 2.3.6; 0 before.</summary>
    public nint StateSize { get; } = FindIfAny(library, "mj_stateSize");

    /// <summary>Reads a state, since 2.3.6; 0 before.</summary>
    public nint GetState { get; } = FindIfAny(library, "mj_getState");

    private static nint Find(nint library, string name) => NativeLibrary.GetExport(library, name);

    private static nint FindIfAny(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;
}
