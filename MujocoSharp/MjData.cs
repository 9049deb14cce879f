using MujocoSharp.Native;

namespace MujocoSharp;

/// <summary>
/// The state and the results of one simulation. One thread at a time may use it; a second one gets an exception. Its
/// spans point into native memory: do not use one after the data is disposed, and keep a reference to the data for as
/// long as a span is in use. After an engine error the data is suspect: it refuses calls until it is reset.
/// </summary>
public sealed unsafe partial class MjData : IDisposable
{
    private readonly DataHandle handle;
    private readonly Fields fields;
    private readonly EntryPoints entryPoints;
    private readonly nint model, data;
    private readonly double* time;
    private readonly int* contactCount;
    private int busy;
    private string? suspect;

    /// <summary>Makes data for a model, in the model's start state.</summary>
    /// <param name="model">The model; it may be disposed before the data.</param>
    /// <exception cref="MujocoException">There is not enough memory.</exception>
    public MjData(MjModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        entryPoints = model.Library.EntryPoints;
        model.Check();
        handle = new DataHandle(model.Handle);
        try
        {
            this.model = model.Pointer;
            data = EngineCall.Invoke(entryPoints.MakeData, this.model);
            if (data == 0) throw new MujocoException(MujocoError.Memory, "MuJoCo could not make data for the model.");
            handle.Own(data);
            if (!model.Library.Trusted) MemoryCheck.Data(model.Library, data, this.model);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        fields = new Fields("data", data, model.Library.Layout, this.model);
        time = (double*)fields.Address("time");
        contactCount = (int*)fields.Address("ncon");
        FindArrays();
    }

    /// <summary>The model.</summary>
    public MjModel Model { get; }

    internal nint Pointer => data;

    /// <summary>Simulation time [s].</summary>
    public double Time
    {
        get
        {
            Check();
            return *time;
        }

        set
        {
            Check();
            *time = value;
        }
    }

    /// <summary>Warning counts since the last reset or <see cref="ClearWarnings"/>.</summary>
    public MjWarnings Warnings
    {
        get
        {
            var count = WarningCounts();
            var layout = Model.Library.Layout;
            return new(
                count[(2 * layout.Constant("mjWARN_BADQPOS")) + 1],
                count[(2 * layout.Constant("mjWARN_BADQVEL")) + 1],
                count[(2 * layout.Constant("mjWARN_BADQACC")) + 1],
                count[(2 * layout.Constant("mjWARN_BADCTRL")) + 1],
                count[(2 * layout.Constant("mjWARN_INERTIA")) + 1],
                count[(2 * layout.Constant("mjWARN_CONTACTFULL")) + 1],
                count[(2 * layout.Constant("mjWARN_CNSTRFULL")) + 1]);
        }
    }

    /// <summary>Sets all warning counts to 0.</summary>
    public void ClearWarnings() => WarningCounts().Clear();

    /// <summary>
    /// Any array of numbers in the data, by its name in C, such as <c>cdof</c>. Where there is a property for an
    /// array, it is faster. Some arrays, such as <c>efc_force</c>, move with every step.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such array of double precision numbers.</exception>
    public Span<double> Array(string name)
    {
        Check();
        if (!Model.Library.Layout.Fields.TryGetValue($"data.{name}", out var field)
            || !field.IsPointer || field.ValueType != "mjtNum")
        {
            throw new ArgumentException($"MuJoCo's data has no array of numbers called '{name}'.", nameof(name));
        }
        var array = fields.Array(field);
        return new((void*)array.Address, array.Length);
    }

    /// <summary>
    /// Any array of integers in the data, such as <c>ten_wrapadr</c>; empty where this version does not have it.
    /// </summary>
    public ReadOnlySpan<int> Integers(string name)
    {
        Check();
        if (!Model.Library.Layout.Fields.TryGetValue($"data.{name}", out var field) || field.Type != "int*") return [];
        var array = fields.Array(field);
        return new((void*)array.Address, array.Length);
    }

    /// <summary>Advances one time step.</summary>
    /// <exception cref="MujocoException">MuJoCo reported an error; the data is suspect now.</exception>
    public void Step() => Call(entryPoints.Step);

    /// <summary>Advances several time steps with the same controls.</summary>
    /// <param name="count">Number of steps, at least 1.</param>
    /// <exception cref="MujocoException">MuJoCo reported an error; the data is suspect now.</exception>
    public void Step(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Call(entryPoints.Step, repeat: count);
    }

    /// <summary>
    /// Computes the accelerations, forces, frames and sensors of the current state without advancing it.
    /// </summary>
    /// <exception cref="MujocoException">MuJoCo reported an error; the data is suspect now.</exception>
    public void Forward() => Call(entryPoints.Forward);

    /// <summary>Computes the forces that would cause the accelerations in <see cref="Qacc"/>.</summary>
    /// <exception cref="MujocoException">MuJoCo reported an error; the data is suspect now.</exception>
    public void Inverse() => Call(entryPoints.Inverse);

    /// <summary>Computes <see cref="Cacc"/>, <see cref="CfrcInt"/> and <see cref="CfrcExt"/>.</summary>
    /// <exception cref="MujocoException">MuJoCo reported an error; the data is suspect now.</exception>
    public void RnePostConstraint() => Call(entryPoints.RnePostConstraint);

    /// <summary>Resets everything to the model's start state. Suspect data becomes usable again.</summary>
    public void Reset() => ResetBy(entryPoints.ResetData, 0);

    /// <summary>Resets everything to a keyframe of the model. Suspect data becomes usable again.</summary>
    /// <param name="key">Index of the keyframe.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such keyframe.</exception>
    public void ResetToKeyframe(int key)
    {
        if (key < 0 || key >= Model.NKey)
            throw new ArgumentOutOfRangeException(nameof(key), key, $"the model has {Model.NKey} keyframes.");
        ResetBy(entryPoints.ResetDataKeyframe, key);
    }

    /// <summary>Frees the data.</summary>
    /// <exception cref="InvalidOperationException">Another thread is using it.</exception>
    public void Dispose()
    {
        if (handle.IsClosed) return;
        Enter();
        handle.Dispose();
        busy = 0;
    }

    private void Call(nint function, nint argument = 0, long repeat = 1)
    {
        Enter();
        if (suspect is not null) Refuse();
        try
        {
            EngineCall.Invoke(function, model, data, argument, repeat: repeat);
        }
        catch (MujocoException e)
        {
            suspect = e.Message;
            throw;
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    private void ResetBy(nint function, nint argument)
    {
        suspect = null;
        Call(function, argument);
    }

    private void Check() => ObjectDisposedException.ThrowIf(handle.IsClosed, this);

    // this also keeps a second thread from freeing the memory that this one works on
    private void Enter()
    {
        Check();
        if (Interlocked.Exchange(ref busy, 1) != 0)
        {
            throw new InvalidOperationException(
                "two threads use one MjData at the same time; give each thread its own.");
        }
        if (!handle.IsClosed) return;
        busy = 0;
        Check();
    }

    private void Refuse()
    {
        busy = 0;
        throw new MujocoException(
            MujocoError.Suspect, $"the data is left over from an error ({suspect}); call Reset or make new data.");
    }

    private Span<int> WarningCounts()
    {
        Check();
        return new((void*)fields.Address("warning"), 2 * Model.Library.Layout.Constant("mjNWARNING"));
    }
}
