namespace MujocoSharp;

/// <content>Simulation options. Set them before threads share the model.</content>
public sealed unsafe partial class MjModel
{
    /// <summary>Duration of a step [s]; positive and finite.</summary>
    public double Timestep
    {
        get => Double("timestep");
        set
        {
            if (!(value > 0 && double.IsFinite(value)))
                throw new ArgumentOutOfRangeException(nameof(value), value, "a time step is positive and finite.");
            Double("timestep") = value;
        }
    }

    /// <summary>How a step is integrated over time.</summary>
    public MjIntegrator Integrator
    {
        get => (MjIntegrator)Int("integrator");
        set
        {
            int number = Defined(value);
            if (value == MjIntegrator.ImplicitFast && !layout.Has("constant.mjINT_IMPLICITFAST"))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, $"MuJoCo {Library.Version} does not have this integrator.");
            }
            Int("integrator") = number;
        }
    }

    /// <summary>Shape of the friction cones.</summary>
    public MjCone Cone
    {
        get => (MjCone)Int("cone");
        set => Int("cone") = Defined(value);
    }

    /// <summary>How the constraint solver stores its Jacobian.</summary>
    public MjJacobian Jacobian
    {
        get => (MjJacobian)Int("jacobian");
        set => Int("jacobian") = Defined(value);
    }

    /// <summary>Density of the medium [kg/m3]; 0 for none.</summary>
    public double Density => Double("density");

    /// <summary>Viscosity of the medium [Pa s]; 0 for none.</summary>
    public double Viscosity => Double("viscosity");

    /// <summary>Ratio of frictional to normal impedance.</summary>
    public double ImpedanceRatio => Double("impratio");

    /// <summary>Velocity of the medium [m/s] [3].</summary>
    public ReadOnlySpan<double> Wind => View<double>(options.Array("wind"));

    /// <summary>Magnetic flux [T] [3].</summary>
    public ReadOnlySpan<double> Magnetic => View<double>(options.Array("magnetic"));

    /// <summary>What is disabled, by names as in model files, such as <c>gravity</c>.</summary>
    public IReadOnlyList<string> DisableFlags => Flags("mjDSBL_", Int("disableflags"));

    /// <summary>What is enabled beyond the usual, by names as in model files, such as <c>energy</c>.</summary>
    public IReadOnlyList<string> EnableFlags => Flags("mjENBL_", Int("enableflags"));

    /// <summary>How constraint forces are computed.</summary>
    public MjSolver Solver
    {
        get => (MjSolver)Int("solver");
        set => Int("solver") = Defined(value);
    }

    /// <summary>Maximum number of iterations of the constraint solver; not negative.</summary>
    public int SolverIterations
    {
        get => Int("iterations");
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Int("iterations") = value;
        }
    }

    /// <summary>Improvement below which the constraint solver stops; not negative.</summary>
    public double SolverTolerance
    {
        get => Double("tolerance");
        set
        {
            if (!(value >= 0))
                throw new ArgumentOutOfRangeException(nameof(value), value, "a tolerance is not negative.");
            Double("tolerance") = value;
        }
    }

    /// <summary>Gravity [m/s2] [3].</summary>
    public ReadOnlySpan<double> Gravity => View<double>(options.Array("gravity"));

    /// <summary>Whether contacts are computed.</summary>
    public bool Contacts
    {
        get => !Disabled("mjDSBL_CONTACT");
        set => Disable("mjDSBL_CONTACT", !value);
    }

    /// <summary>Whether controls are clamped to their ranges.</summary>
    public bool ClampControls
    {
        get => !Disabled("mjDSBL_CLAMPCTRL");
        set => Disable("mjDSBL_CLAMPCTRL", !value);
    }

    /// <summary>Whether the constraint solver starts from the accelerations of the previous step.</summary>
    public bool Warmstart
    {
        get => !Disabled("mjDSBL_WARMSTART");
        set => Disable("mjDSBL_WARMSTART", !value);
    }

    /// <summary>Sets gravity [m/s2].</summary>
    public void SetGravity(double x, double y, double z)
    {
        if (!double.IsFinite(x + y + z)) throw new ArgumentException("gravity is finite.", nameof(x));
        Check();
        var gravity = new Span<double>((void*)options.Array("gravity").Address, 3);
        (gravity[0], gravity[1], gravity[2]) = (x, y, z);
    }

    private static int Defined<T>(T value)
        where T : struct, Enum
        => Enum.IsDefined(value)
            ? (int)(object)value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"not a {typeof(T).Name}.");

    private List<string> Flags(string prefix, int mask)
    {
        var names = new List<string>();
        for (uint flag = 1; flag != 0; flag <<= 1)
        {
            if (((uint)mask & flag) != 0) names.Add(layout.ConstantName(prefix, (int)flag) ?? $"0x{flag:x}");
        }
        return names;
    }

    private ref double Double(string name)
    {
        Check();
        return ref *(double*)options.Address(name);
    }

    private ref int Int(string name)
    {
        Check();
        return ref *(int*)options.Address(name);
    }

    private bool Disabled(string flag) => (Int("disableflags") & layout.Constant(flag)) != 0;

    private void Disable(string flag, bool value)
    {
        if (value)
            Int("disableflags") |= layout.Constant(flag);
        else
            Int("disableflags") &= ~layout.Constant(flag);
    }
}
