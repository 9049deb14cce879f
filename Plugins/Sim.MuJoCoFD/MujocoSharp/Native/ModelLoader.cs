namespace MujocoSharp.Native;

/// <summary>Has MuJoCo read and compile models, and refuses those that cannot be simulated.</summary>
internal static unsafe class ModelLoader
{
    public static MjModel FromXml(LoadedLibrary library, string xml, MjLoadOptions limits)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var folder = Directory.CreateTempSubdirectory("mujoco-");
        try
        {
            string file = Path.Combine(folder.FullName, "model.xml");
            File.WriteAllText(file, xml);
            return FromFile(library, file, "model text", limits);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static MjModel FromFile(LoadedLibrary library, string path, string name, MjLoadOptions limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const int ErrorSize = 1024;
        byte* error = stackalloc byte[ErrorSize];
        *error = 0;
        nint pointer;
        fixed (byte* file = Text.ToC(path))
        {
            pointer = EngineCall.Invoke(library.EntryPoints.LoadXml, (nint)file, 0, (nint)error, ErrorSize);
        }
        if (pointer == 0) throw new MujocoException(MujocoError.Model, $"{name}: {Text.OneLine(error)}");
        var model = new MjModel(library, pointer);
        try
        {
            if (!(model.Timestep > 0 && double.IsFinite(model.Timestep)))
                throw new MujocoException(MujocoError.Model, $"{name}: the time step is {model.Timestep}; it must be positive and finite.");
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
