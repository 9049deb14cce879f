using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>A virtual file system for MuJoCo that holds one file.</summary>
internal sealed unsafe class InMemoryFiles : IDisposable
{
    public InMemoryFiles(LoadedLibrary library, string name, ReadOnlySpan<byte> content)
    {
        Pointer = (nint)NativeMemory.AllocZeroed((nuint)library.Layout.Constant("sizeof.mjVFS"));
        Functions.mj_defaultVFS(Pointer);
        fixed (byte* file = Text.ToC(name))
        {
            EngineCall.Invoke(library.EntryPoints.MakeEmptyFile, Pointer, (nint)file, content.Length);
        }
        content.CopyTo(new Span<byte>(*(void**)(Pointer + library.Layout["vfs.filedata"].Offset), content.Length));
    }

    public nint Pointer { get; }

    public void Dispose()
    {
        Functions.mj_deleteVFS(Pointer);
        NativeMemory.Free((void*)Pointer);
    }
}
