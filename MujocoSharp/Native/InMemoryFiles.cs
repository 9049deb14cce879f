using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>A virtual file system for MuJoCo that holds one file.</summary>
internal sealed unsafe class InMemoryFiles : IDisposable
{
    private readonly EntryPoints entryPoints;

    public InMemoryFiles(LoadedLibrary library, string name, ReadOnlySpan<byte> content)
    {
        entryPoints = library.EntryPoints;
        Pointer = (nint)NativeMemory.AllocZeroed((nuint)library.Layout.Constant("sizeof.mjVFS"));
        try
        {
            EngineCall.Invoke(entryPoints.DefaultFiles, Pointer);
            Add(library, name, content);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint Pointer { get; }

    public void Dispose()
    {
        EngineCall.Invoke(entryPoints.DeleteFiles, Pointer);
        NativeMemory.Free((void*)Pointer);
    }

    private void Add(LoadedLibrary library, string name, ReadOnlySpan<byte> content)
    {
        fixed (byte* file = Text.ToC(name), bytes = content)
        {
            if (entryPoints.AddBuffer != 0)
            {
                EngineCall.Invoke(entryPoints.AddBuffer, Pointer, (nint)file, (nint)bytes, content.Length);
                return;
            }
            EngineCall.Invoke(entryPoints.MakeEmptyFile, Pointer, (nint)file, content.Length);
        }
        content.CopyTo(new Span<byte>(*(void**)(Pointer + library.Layout["vfs.filedata"].Offset), content.Length));
    }
}
