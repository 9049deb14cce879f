using MujocoSharp;
using MujocoSharp.Native;

namespace MbMix.Benchmarks.Models;

/// <summary>
/// Loads and steps model files in this process, one line of standard input after the other, and says on standard output
/// how it goes. A model may end the process; the parent then sees how far it came.
/// </summary>
internal static class ModelProbe
{
    /// <summary>Beginning of every line that is an answer; libraries print to standard output too.</summary>
    public const string Mark = "\u0001";

    /// <summary>Name of the state in which the library is asked without the checks.</summary>
    public const string Asking = "asking";

    private const int Steps = 10;

    public static int Run()
    {
        // the library prints here as well
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        MujocoLibrary.Load();
        while (Console.In.ReadLine() is { } file) Probe(file, (state, text) => output.WriteLine($"{Mark}{state}\t{text}"));
        return 0;
    }

    private static void Probe(string file, Action<string, string> tell)
    {
        try
        {
            using var model = MjModel.FromFile(file);
            using var data = new MjData(model);
            data.Step(Steps);
            tell("loaded", string.Empty);
        }
        catch (MujocoException e) when (e.Kind is MujocoError.Engine)
        {
            // the model was taken, and the simulation reported an error
            tell("loaded", Short(e.Message));
        }
        catch (MujocoException e)
        {
            tell(Asking, Short(e.Message));
            string? problem = AskLibrary(file);
            tell(problem is null ? "ours" : "library", problem is null ? Short(e.Message) : Short(problem));
        }
    }

    // what the library says to the file itself; null if it takes it
    private static unsafe string? AskLibrary(string file)
    {
        byte* error = stackalloc byte[1000];
        *error = 0;
        try
        {
            fixed (byte* path = Text.ToC(file))
            {
                var load = MujocoLibrary.Required.EntryPoints.LoadXml;
                nint model = EngineCall.Invoke(load, (nint)path, 0, (nint)error, 1000);
                if (model == 0) return Text.OneLine(error);
                Functions.mj_deleteModel(model);
                return null;
            }
        }
        catch (MujocoException e)
        {
            return e.Message;
        }
    }

    private static string Short(string text)
    {
        string line = Text.OneLine(text).Replace('\t', ' ');
        return line.Length > 300 ? line[..300] : line;
    }
}
