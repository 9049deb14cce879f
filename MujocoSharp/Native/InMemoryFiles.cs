using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>A virtual file system for MuJoCo that holds one file.</summary>
internal sealed unsafe class InMemoryFiles : IDisposable
{
    private readonly EntryPoints entryPoints;

    public InMemoryFiles(LoadedLibrary library, string name, ReadOnlySpan<byte> content)
    {
        entryPoints = library.EntryPoints;

        // as long as the size is not certain, more than any version needs
        int size = library.Trusted ? library.Layout.Constant("sizeof.mjVFS") : 4 << 20;
        Pointer = (nint)NativeMemory.AllocZeroed((nuint)size);
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
            if (entryPoints.MakeEmptyFile == 0 || !library.Layout.Has("vfs.filedata"))
                throw SelfTest.Failure(library, "files in memory as in that version", "others");
            EngineCall.Invoke(entryPoints.MakeEmptyFile, Pointer, (nint)file, content.Length);
        }
        nint data = *(nint*)(Pointer + library.Layout["vfs.filedata"].Offset);
        bool certain = library.Trusted
            || GuardedThread.Current.Blocks?.GetValueOrDefault(data) >= Math.Max(1, content.Length);
        if (!certain) throw SelfTest.Failure(library, "a file in memory", "none");
        content.CopyTo(new Span<byte>((void*)data, content.Length));
    }
}
