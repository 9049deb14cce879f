using System.Runtime.InteropServices;
using MujocoSharp.Native;

namespace MujocoSharp;

/// <summary>
/// A compiled model. Any number of threads may read it and simulate it at the same time, each with its own data object,
/// as long as none changes an option. Its spans point into native memory: do not use one after the model is disposed,
/// and keep a reference to the model for as long as a span is in use.
/// </summary>
public sealed unsafe partial class MjModel : IDisposable
{
    private readonly ModelHandle handle;
    private volatile bool disposed;
    private readonly Layout layout;
    private readonly Fields fields, options;

    internal MjModel(LoadedLibrary library, nint model)
    {
        handle = new ModelHandle(model);
        layout = library.Layout;
        Library = library;
        fields = new Fields("model", model, layout, model);
        options = new Fields("option", model, layout, model);
        Nq = fields.Int("nq");
        Nv = fields.Int("nv");
        Nu = fields.Int("nu");
        Na = fields.Int("na");
        NBody = fields.Int("nbody");
        NJoint = fields.Int("njnt");
        NGeom = fields.Int("ngeom");
        NSite = fields.Int("nsite");
        NTendon = fields.Int("ntendon");
        NSensor = fields.Int("nsensor");
        NSensorData = fields.Int("nsensordata");
        NKey = fields.Int("nkey");
        NMocap = fields.Int("nmocap");
        NActuator = Count(MjObject.Actuator);
        NEq = fields.Int("neq");
        NUserData = fields.Int("nuserdata");
        NHistory = fields.Has("nhistory") ? fields.Int("nhistory") : 0;
        NPluginState = fields.Has("npluginstate") ? fields.Int("npluginstate") : 0;
        FindArrays();
    }

    /// <summary>Number of position coordinates, the length of qpos.</summary>
    public int Nq { get; }

    /// <summary>Number of degrees of freedom, the length of qvel.</summary>
    public int Nv { get; }

    /// <summary>
    /// Number of controls, the length of ctrl. Up to MuJoCo 3.10 each actuator has one; later ones may have several.
    /// </summary>
    public int Nu { get; }

    /// <summary>Number of actuators.</summary>
    public int NActuator { get; }

    /// <summary>Number of actuator activations.</summary>
    public int Na { get; }

    /// <summary>Number of bodies, the world (0) included.</summary>
    public int NBody { get; }

    /// <summary>Number of joints.</summary>
    public int NJoint { get; }

    /// <summary>Number of geoms.</summary>
    public int NGeom { get; }

    /// <summary>Number of sites.</summary>
    public int NSite { get; }

    /// <summary>Number of tendons.</summary>
    public int NTendon { get; }

    /// <summary>Number of sensors.</summary>
    public int NSensor { get; }

    /// <summary>Number of values of all sensors together.</summary>
    public int NSensorData { get; }

    /// <summary>Number of keyframes.</summary>
    public int NKey { get; }

    /// <summary>Number of mocap bodies, whose pose is an input.</summary>
    public int NMocap { get; }

    /// <summary>Number of equality constraints.</summary>
    public int NEq { get; }

    /// <summary>Number of values in the caller's own array.</summary>
    public int NUserData { get; }

    /// <summary>Number of values kept for delayed controls and sensors; 0 before MuJoCo 3.5.</summary>
    public int NHistory { get; }

    /// <summary>Number of state values of MuJoCo's plugins.</summary>
    public int NPluginState { get; }

    /// <summary>Number of values in the complete state, which <see cref="MjData.GetState"/> writes.</summary>
    public int StateSize => checked(
        1 + Nq + Nv + Na + NHistory + Nv + Nu + Nv + (6 * NBody) + NEq + (7 * NMocap) + NUserData + NPluginState);

    internal LoadedLibrary Library { get; }

    internal ModelHandle Handle => handle;

    internal nint Pointer => handle.Pointer;

    /// <summary>Reads and compiles a model file (MJCF or URDF).</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; defaults where null.</param>
    /// <exception cref="MujocoException">
    /// The file cannot be read or the model is refused; the message names the file and the cause.
    /// </exception>
    public static MjModel FromFile(string path, MjLoadOptions? options = null) =>
        ModelLoader.FromFile(MujocoLibrary.Required, path, options ?? new());

    /// <summary>Compiles a model from text. Paths in it are relative to the working directory.</summary>
    /// <param name="xml">The model in MJCF or URDF.</param>
    /// <param name="options">Limits; defaults where null.</param>
    /// <exception cref="MujocoException">The model is refused; the message says why.</exception>
    public static MjModel FromXml(string xml, MjLoadOptions? options = null) =>
        ModelLoader.FromXml(MujocoLibrary.Required, xml, options ?? new());

    /// <summary>Id of a named object.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public int Id(MjObject kind, string name) =>
        TryId(kind, name, out int id) ? id : throw new KeyNotFoundException($"the model has no {kind} named '{name}'.");

    /// <summary>Looks for a named object.</summary>
    /// <param name="kind">Kind of object.</param>
    /// <param name="name">Its name.</param>
    /// <param name="id">Its id, -1 where there is none.</param>
    public bool TryId(MjObject kind, string name, out int id)
    {
        ArgumentNullException.ThrowIfNull(name);
        Check();
        id = -1;
        if (name.Length == 0 || name.Contains('\0')) return false;
        fixed (byte* text = Text.ToC(name)) id = Functions.mj_name2id(Pointer, Kind(kind), text);
        GC.KeepAlive(this);
        return id >= 0;
    }

    /// <summary>Name of an object; null where it has no name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such object.</exception>
    public string? Name(MjObject kind, int id)
    {
        Check();
        byte* name = Functions.mj_id2name(Pointer, Kind(kind), id);
        if (name is null && (id < 0 || id >= Count(kind)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(id), id, $"the model has {Count(kind)} objects of kind {kind}.");
        }
        string? text = name is null || *name == 0 ? null : Marshal.PtrToStringUTF8((nint)name);
        GC.KeepAlive(this);
        return text;
    }

    /// <summary>Number of objects of a kind.</summary>
    public int Count(MjObject kind)
    {
        Check();
        return fields.Int(kind switch
        {
            MjObject.Body => "nbody",
            MjObject.Joint => "njnt",
            MjObject.Geom => "ngeom",
            MjObject.Site => "nsite",
            MjObject.Camera => "ncam",
            MjObject.Light => "nlight",
            MjObject.Mesh => "nmesh",
            MjObject.HField => "nhfield",
            MjObject.Texture => "ntex",
            MjObject.Material => "nmat",
            MjObject.Pair => "npair",
            MjObject.Exclude => "nexclude",
            MjObject.Equality => "neq",
            MjObject.Tendon => "ntendon",
            MjObject.Actuator => fields.Has("nactuator") ? "nactuator" : "nu",
            MjObject.Sensor => "nsensor",
            MjObject.Numeric => "nnumeric",
            MjObject.Text => "ntext",
            MjObject.Tuple => "ntuple",
            MjObject.Key => "nkey",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of object."),
        });
    }

    /// <summary>
    /// Name of a type, as in model files, such as <c>accelerometer</c>. The numbers differ between MuJoCo's versions.
    /// </summary>
    /// <param name="kind">What it is a type of.</param>
    /// <param name="type">Number of the type, as in <see cref="SensorType"/>.</param>
    public string TypeName(MjTypeKind kind, int type) =>
        layout.ConstantName(kind switch
        {
            MjTypeKind.Sensor => "mjSENS_",
            MjTypeKind.Geom => "mjGEOM_",
            MjTypeKind.Equality => "mjEQ_",
            MjTypeKind.ActuatorDynamics => "mjDYN_",
            MjTypeKind.ActuatorGain => "mjGAIN_",
            MjTypeKind.ActuatorBias => "mjBIAS_",
            MjTypeKind.ActuatorTransmission => "mjTRN_",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of type."),
        }, type) ?? type.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Any array of numbers in the model, by its name in C, such as <c>tendon_stiffness</c>. Where there is a property
    /// for an array, it is faster.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such array of double precision numbers.</exception>
    public ReadOnlySpan<double> Array(string name)
    {
        Check();
        if (!layout.Fields.TryGetValue($"model.{name}", out var field)
            || !field.IsPointer || field.ValueType != "mjtNum")
        {
            throw new ArgumentException($"MuJoCo's model has no array of numbers called '{name}'.", nameof(name));
        }
        var array = fields.Array(field);
        return new((void*)array.Address, array.Length);
    }

    /// <summary>Integrates positions along constant velocities, in place.</summary>
    /// <param name="qpos">Positions [nq].</param>
    /// <param name="qvel">Velocities [nv].</param>
    /// <param name="dt">Duration [s].</param>
    public void IntegratePos(Span<double> qpos, ReadOnlySpan<double> qvel, double dt)
    {
        Check();
        Length(qpos.Length, Nq, nameof(qpos));
        Length(qvel.Length, Nv, nameof(qvel));
        fixed (double* q = qpos, v = qvel) Functions.mj_integratePos(Pointer, q, v, dt);
        GC.KeepAlive(this);
    }

    /// <summary>Computes the constant velocities that lead from one position to another.</summary>
    /// <param name="qvel">Receives the velocities [nv].</param>
    /// <param name="dt">Duration [s].</param>
    /// <param name="qpos1">Positions at the start [nq].</param>
    /// <param name="qpos2">Positions at the end [nq].</param>
    public void DifferentiatePos(Span<double> qvel, double dt, ReadOnlySpan<double> qpos1, ReadOnlySpan<double> qpos2)
    {
        Check();
        Length(qvel.Length, Nv, nameof(qvel));
        Length(qpos1.Length, Nq, nameof(qpos1));
        Length(qpos2.Length, Nq, nameof(qpos2));
        fixed (double* v = qvel, from = qpos1, to = qpos2) Functions.mj_differentiatePos(Pointer, v, dt, from, to);
        GC.KeepAlive(this);
    }

    /// <summary>Normalizes all quaternions in the positions, in place.</summary>
    /// <param name="qpos">Positions [nq].</param>
    public void NormalizeQuaternions(Span<double> qpos)
    {
        Check();
        Length(qpos.Length, Nq, nameof(qpos));
        fixed (double* q = qpos) Functions.mj_normalizeQuat(Pointer, q);
        GC.KeepAlive(this);
    }

    /// <summary>Frees the model once no data object needs it any more.</summary>
    public void Dispose()
    {
        disposed = true;
        handle.Dispose();
    }

    // the native model may live on for its data objects, so the handle cannot tell
    internal void Check() => ObjectDisposedException.ThrowIf(disposed, this);

    internal static void Length(int actual, int expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{name} has {actual} values; the model needs {expected}.", name);
    }

    /// <summary>The place of the first value that is NaN or infinite; null where there is none.</summary>
    internal string? FirstNonFinite()
    {
        foreach (var (name, field) in layout.Fields)
        {
            bool ofModel = name.StartsWith("model.", StringComparison.Ordinal);
            if (!ofModel && !name.StartsWith("option.", StringComparison.Ordinal)) continue;
            bool isDouble = field.Type.StartsWith("mjtNum", StringComparison.Ordinal);
            if (!isDouble && !field.Type.StartsWith("float", StringComparison.Ordinal)) continue;
            var array = ofModel ? fields.Array(field) : options.Array(field);
            int bad = isDouble
                ? new ReadOnlySpan<double>((void*)array.Address, array.Length).IndexOfNonFinite()
                : new ReadOnlySpan<float>((void*)array.Address, array.Length).IndexOfNonFinite();

            // normals of faces without an area, which MuJoCo 3 itself computes and copes with
            if (name == "model.mesh_polynormal") continue;
            if (bad >= 0) return $"value {bad} of {name[(name.IndexOf('.') + 1)..]}";
        }
        return null;
    }

    private int Kind(MjObject kind) => layout.Constant($"mjOBJ_{kind.ToString().ToUpperInvariant()}");
}
