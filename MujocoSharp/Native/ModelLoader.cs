namespace MujocoSharp.Native;

/// <summary>Lets MuJoCo read and compile a model, and refuses one that cannot be simulated.</summary>
internal static unsafe class ModelLoader
{
    // no file of a model has this name, so MuJoCo cannot mistake another file for it
    private const string InMemoryName = "mujocosharp-model.xml";

    public static MjModel FromXml(LoadedLibrary library, string xml, MjLoadOptions limits)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var check = new MjcfCheck(limits, string.Empty);
        byte[] text = System.Text.Encoding.UTF8.GetBytes(xml);
        return Load(library, string.Empty, text, check.Run(text, "model text"), "model text", limits);
    }

    public static MjModel FromFile(LoadedLibrary library, string path, MjLoadOptions limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string folder = Path.GetDirectoryName(path) ?? string.Empty;
        var check = new MjcfCheck(limits, folder);
        byte[] text = check.ReadText(path, path);
        var model = Load(library, folder, text, check.Run(text, path), path, limits);
        model.Files = [.. check.Files];
        return model;
    }

    // the text ends with the root element's closing tag at `end`; the name is for messages
    private static MjModel Load(
        LoadedLibrary library, string folder, byte[] text, int end, string name, MjLoadOptions limits)
    {
        const int ErrorSize = 1024;
        byte* error = stackalloc byte[ErrorSize];
        *error = 0;
        nint pointer;
        var thread = GuardedThread.Current;
        string path = Path.Combine(folder, InMemoryName);

        // the older file systems know files by their names alone, the newer ones by their paths
        bool byPath = library.Layout.Constant("sizeof.mjVFS") <= sizeof(nint);
        using var files = new InMemoryFiles(library, byPath ? path : InMemoryName, Prepare(text, end));
        (thread.MemoryLeft, thread.MemoryRefused) = (limits.MaximumMemory, 0);
        try
        {
            fixed (byte* file = Text.ToC(path))
            {
                pointer = EngineCall.InvokeWithin(
                    limits.MaximumTime,
                    library.EntryPoints.LoadXml,
                    (nint)file,
                    files.Pointer,
                    (nint)error,
                    ErrorSize);
            }
        }
        catch (MujocoException e)
        {
            throw new MujocoException(MujocoError.Model, $"{name}: {e.Message}", e);
        }
        finally
        {
            thread.MemoryLeft = long.MaxValue;
        }
        if (thread.MemoryRefused > 0)
        {
            if (pointer != 0) Functions.mj_deleteModel(pointer);
            throw new MujocoException(
                MujocoError.Memory,
                $"{name}: the model needs more memory than the {limits.MaximumMemory / 1e6:F0} MB it may have "
                + "(MjLoadOptions.MaximumMemory).");
        }
        if (pointer == 0) throw new MujocoException(MujocoError.Model, $"{name}: {Text.OneLine(error)}");
        if (!library.Trusted) MemoryCheck.Model(library, pointer);
        var model = new MjModel(library, pointer);
        try
        {
            if (!(model.Timestep > 0 && double.IsFinite(model.Timestep)))
            {
                throw new MujocoException(
                    MujocoError.Model, $"{name}: the time step is {model.Timestep}; it must be positive and finite.");
            }
            if (model.FirstNonFinite() is { } field)
                throw new MujocoException(MujocoError.Model, $"{name}: {field} is not a finite number.");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // MuJoCo would compute length ranges of muscles on threads of its own, where an error could not be caught. Of
    // several compiler elements the last one wins, so this one goes to the end.
    private static byte[] Prepare(byte[] text, int end)
    {
        if (end < 0 || !text.AsSpan(end).StartsWith("</mujoco"u8)) return text;
        return [.. text.AsSpan(0, end), .. "<compiler usethread=\"false\"/>"u8, .. text.AsSpan(end)];
    }
}
