using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>A C++ exception that reached the guard.</summary>
internal static unsafe class CppException
{
    /// <summary>Describes the exception and frees it.</summary>
    public static string Take(nint exception)
    {
        nint runtime = NativeLibrary.Load("libstdc++.so.6");
        ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(runtime, "__cxa_begin_catch"))(exception);
        nint type = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(runtime, "__cxa_current_exception_type"))();
        string name = type == 0 ? "foreign exception" : Text.OneLine(((byte**)type)[1]);
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(runtime, "__cxa_end_catch"))();
        return name switch
        {
            "St9bad_alloc" => "out of memory",
            "St12length_error" => "a size is too large for memory",
            _ => $"C++ exception {name}",
        };
    }
}
